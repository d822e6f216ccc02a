"""The SQLite file of a store is missing, moved, replaced, damaged or locked."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import FeedbackStoreError
from tests.serving.feedback.stored_verdicts import rows, verdict


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
