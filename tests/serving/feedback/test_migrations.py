"""The migration at the start: tables of earlier versions, the journal, and the file's mode."""

import sqlite3
from pathlib import Path

import pytest

from serving.feedback.database import migrate
from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import DuplicateFeedbackError
from tests.serving.feedback.stored_verdicts import rows, verdict


def test_a_second_migration_keeps_the_feedback(database: Path, store: FeedbackStore) -> None:
    store.record(verdict("n1"))
    migrate(f"sqlite:///{database}")
    with pytest.raises(DuplicateFeedbackError):
        store.record(verdict("n1"))


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
