import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serving.feedback.bounds import FeedbackBoundError, FeedbackBounds
from serving.feedback.database import migrate
from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import DuplicateFeedbackError, Feedback, FeedbackStoreError
from serving.prediction_ids import PredictionClaims


def verdict(
    nonce: str,
    text_hash: str = "hash",
    *,
    correct: bool = False,
    client: str | None = None,
) -> Feedback:
    claims = PredictionClaims(nonce, "lstm", "v1", "positive", 0.9, 17, text_hash)
    return Feedback(claims, correct, client)


def rows(database: Path, columns: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    statement = f"SELECT {columns} FROM feedback ORDER BY rowid"  # noqa: S608
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def make_older(database: Path, age: timedelta) -> None:
    """Set back the time of every verdict."""
    connection = sqlite3.connect(database)
    earlier = (datetime.now(UTC) - age).replace(tzinfo=None).isoformat(" ")
    connection.execute("UPDATE feedback SET recorded_at = ?", (earlier,))
    connection.commit()
    connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "feedback.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(database: Path) -> FeedbackStore:
    bounds = FeedbackBounds(per_text=3, per_client=4, texts_per_client=2)
    return FeedbackStore(f"sqlite:///{database}", bounds)


def test_a_verdict_is_on_disk_when_recorded(database: Path, store: FeedbackStore) -> None:
    recorded = store.record(verdict("n1"))
    assert rows(database, "id, model, predicted, correct, text") == [
        (recorded.id, "lstm", "positive", 0, None)
    ]
    # The file alone has the verdict: the journal is empty, and there is no write-ahead log.
    sizes = {path.name: path.stat().st_size for path in database.parent.iterdir()}
    assert sizes == {"feedback.db": database.stat().st_size, "feedback.db-journal": 0}


def test_a_prediction_has_one_verdict(store: FeedbackStore) -> None:
    store.record(verdict("n1"))
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n1", correct=True))
    store.record(verdict("n2", correct=True))


def test_a_second_migration_keeps_the_feedback(database: Path, store: FeedbackStore) -> None:
    store.record(verdict("n1"))
    migrate(f"sqlite:///{database}")
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n1"))


def test_a_database_that_cannot_be_written_raises(tmp_path: Path) -> None:
    store = FeedbackStore(f"sqlite:///{tmp_path}/missing/feedback.db")
    with pytest.raises(FeedbackStoreError, match=r"feedback\.db: No such file"):
        store.record(verdict("n1"))


def test_a_deleted_database_is_an_error_and_is_not_created_again(
    database: Path, store: FeedbackStore
) -> None:
    store.record(verdict("n1"))
    database.unlink()
    with pytest.raises(FeedbackStoreError):
        store.record(verdict("n2"))
    assert not database.exists()


def test_a_database_that_was_moved_away_works_again_when_it_is_back(
    database: Path, store: FeedbackStore
) -> None:
    store.record(verdict("n1"))
    away = database.rename(database.with_name("away"))
    with pytest.raises(FeedbackStoreError):
        store.record(verdict("n2"))
    away.rename(database)
    store.record(verdict("n2"))
    assert rows(database, "prediction") == [("n1",), ("n2",)]


def test_a_verdict_goes_to_the_database_that_replaced_another(
    database: Path, store: FeedbackStore, tmp_path: Path
) -> None:
    backup = shutil.copy(database, tmp_path / "backup")
    store.record(verdict("n1"))
    Path(backup).rename(database)
    store.record(verdict("n2"))
    assert rows(database, "prediction") == [("n2",)]


def test_an_empty_database_is_an_error(
    database: Path, store: FeedbackStore, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "empty").rename(database)
    with pytest.raises(FeedbackStoreError, match="no such table"):
        store.record(verdict("n1"))


@pytest.mark.parametrize("size", [0, 50, 4096, 10_000])
def test_a_truncated_database_is_an_error(database: Path, store: FeedbackStore, size: int) -> None:
    store.record(verdict("n1"))
    with database.open("r+b") as file:
        file.truncate(size)
    with pytest.raises(FeedbackStoreError):
        store.record(verdict("n2"))


def test_an_overwritten_header_is_an_error(database: Path, store: FeedbackStore) -> None:
    store.record(verdict("n1"))
    with database.open("r+b") as file:
        file.write(b"\xff" * 100)
    with pytest.raises(FeedbackStoreError, match="not a database"):
        store.record(verdict("n2"))


def test_after_the_check_finds_a_damaged_page_verdicts_are_refused_until_the_page_is_sound(
    database: Path, store: FeedbackStore
) -> None:
    for number in range(300):
        store.record(verdict(f"n{number}", f"t{number}"))
    store.check()
    sound = database.read_bytes()
    # A page in the middle: the next verdict may not touch it.
    middle = len(sound) // 4096 // 2 * 4096
    with database.open("r+b") as file:
        file.seek(middle)
        file.write(b"\xaa" * 4096)
    with pytest.raises(FeedbackStoreError):
        store.check()
    with pytest.raises(FeedbackStoreError):
        store.record(verdict("new", "new"))
    database.write_bytes(sound)
    store.check()
    store.record(verdict("new", "new"))


def test_a_file_in_place_of_a_damaged_file_takes_verdicts_at_once(
    database: Path, store: FeedbackStore
) -> None:
    backup = Path(shutil.copy(database, database.with_name("backup")))
    database.write_bytes(b"no database")
    with pytest.raises(FeedbackStoreError, match="not a database"):
        store.check()
    backup.rename(database)
    store.record(verdict("n1"))


def test_a_check_of_a_locked_file_refuses_no_verdict(database: Path, store: FeedbackStore) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(FeedbackStoreError, match="locked"):
        store.check()
    other.close()
    store.record(verdict("n1"))


def test_the_verdicts_of_a_kind_on_one_text_are_bounded_in_a_day(
    database: Path, store: FeedbackStore
) -> None:
    for number in range(3):
        store.record(verdict(f"n{number}", "flooded"))
    with pytest.raises(FeedbackBoundError) as refused:
        store.record(verdict("n3", "flooded"))
    assert refused.value.bound == "text"
    assert 86_390 <= refused.value.retry_after_s <= 86_400
    store.record(verdict("n4", "flooded", correct=True))
    store.record(verdict("n5", "another"))
    assert len(rows(database, "id")) == 5
    make_older(database, timedelta(days=1))
    store.record(verdict("n3", "flooded"))


def test_a_second_verdict_beyond_the_bound_is_a_duplicate(store: FeedbackStore) -> None:
    for number in range(3):
        store.record(verdict(f"n{number}", "flooded"))
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n0", "flooded"))


def test_the_verdicts_of_a_client_are_bounded_in_an_hour(
    database: Path, store: FeedbackStore
) -> None:
    for number in range(4):
        store.record(verdict(f"n{number}", f"t{number}", client="one"))
    with pytest.raises(FeedbackBoundError) as refused:
        store.record(verdict("n4", "t4", client="one"))
    assert refused.value.bound == "client"
    assert 3590 <= refused.value.retry_after_s <= 3600
    store.record(verdict("n5", "t5", client="other"))
    store.record(verdict("n6", "t6", client=None))
    make_older(database, timedelta(hours=1))
    store.record(verdict("n4", "t4", client="one"))


def test_the_stored_texts_of_a_client_are_bounded_in_a_day(
    database: Path, store: FeedbackStore
) -> None:
    for number, client in enumerate(["one", "one", "one", "other"]):
        recorded = store.record(verdict(f"n{number}", f"t{number}", client=client))
        store.add_text(recorded.id, f"text {number}")
    assert rows(database, "text") == [("text 0",), ("text 1",), (None,), ("text 3",)]


def test_no_text_is_added_to_an_erased_verdict(database: Path, store: FeedbackStore) -> None:
    erased = store.record(verdict("n1")).id
    store.erase(erased)
    store.add_text(erased, "late")
    assert rows(database, "text") == []


def test_a_wrong_text_counts_once_in_six_minutes(database: Path, store: FeedbackStore) -> None:
    assert not store.record(verdict("n0", "text", correct=True)).is_new_wrong_text
    assert store.record(verdict("n1", "text")).is_new_wrong_text
    assert not store.record(verdict("n2", "text")).is_new_wrong_text
    assert store.record(verdict("n3", "another")).is_new_wrong_text
    make_older(database, timedelta(minutes=5, seconds=50))
    assert not store.record(verdict("n4", "another")).is_new_wrong_text
    make_older(database, timedelta(minutes=6))
    assert store.record(verdict("n5", "text")).is_new_wrong_text


def test_a_flood_is_erased_by_client_or_text_in_a_window(
    database: Path, store: FeedbackStore
) -> None:
    for number, (text, client) in enumerate([("a", "x"), ("b", "x"), ("a", "y"), ("c", "y")]):
        store.record(verdict(f"n{number}", text, client=client))
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    report = store.wrong_predictions(*window, model=None, limit=10)
    assert [(each.client, each.wrong, each.texts) for each in report.clients] == [
        *(("x", 2, 2), ("y", 2, 2))
    ]
    assert store.erase_flood(now - timedelta(hours=2), window[0], None, "x") == 0
    assert store.erase_flood(*window, "a", "y") == 1
    assert store.erase_flood(*window, None, "x") == 2
    assert store.erase_flood(*window, "c", None) == 1
    assert rows(database, "id") == []
    with pytest.raises(ValueError, match="a text or a client"):
        store.erase_flood(*window, None, None)


def test_the_file_and_its_new_folder_are_closed_to_other_users(database: Path) -> None:
    assert database.parent.stat().st_mode & 0o777 == 0o700
    assert database.stat().st_mode & 0o777 == 0o600


def test_the_next_start_closes_a_file_that_was_open_to_other_users(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database.chmod(0o644)
    migrate(f"sqlite:///{database}")
    assert database.stat().st_mode & 0o777 == 0o600
    assert "was open to other users: its mode was 644, now 600" in caplog.text


def test_the_write_ahead_log_of_an_earlier_version_is_removed(database: Path) -> None:
    earlier = sqlite3.connect(database)
    earlier.execute("PRAGMA journal_mode=WAL")
    earlier.close()
    migrate(f"sqlite:///{database}")
    FeedbackStore(f"sqlite:///{database}").record(verdict("n1"))
    assert not database.with_name("feedback.db-wal").exists()
    assert rows(database, "prediction") == [("n1",)]


def test_the_tables_of_the_first_version_are_migrated_with_their_verdicts(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    from serving.feedback.database import open_engine

    database = tmp_path / "feedback.db"
    database.touch()
    engine = open_engine(f"sqlite:///{database}")
    config = Config()
    config.set_main_option("script_location", "serving/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO feedback VALUES ('i', 'n', '2026-01-01 00:00:00', 'lstm', 'v1', "
            "'positive', 0.9, 0, 17, 'kept')"
        )
    migrate(f"sqlite:///{database}")
    assert rows(database, "prediction, text, text_hash, client") == [("n", "kept", None, None)]
    FeedbackStore(f"sqlite:///{database}").record(verdict("n1"))
