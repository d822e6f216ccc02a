"""The feedback database: its engine, table and migrations."""

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    text,
)

from serving.feedback.sqlite_file import prepare_file, sqlite_engine, sqlite_path

metadata = MetaData()

feedback_table = Table(
    "feedback",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("prediction", String(32), nullable=False, unique=True),
    Column("recorded_at", DateTime(timezone=True), nullable=False, index=True),
    Column("model", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("predicted", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("text_length", Integer, nullable=False),
    Column("text", Text, nullable=True),
    # Keyed hash of the predicted text.
    Column("text_hash", String(32), nullable=True),
    # Pseudonym of the client.
    Column("client", String(32), nullable=True),
    # Whether the verdict counted for the alert of wrong texts.
    Column("counted", Boolean, nullable=True),
    # Probability that the label of the kept text is wrong, from 0 to 1.
    Column("suspicion", Float, nullable=True),
    # A person's decision about a suspicious label: keep or drop.
    Column("review", String(8), nullable=True),
    Index("ix_feedback_text_hash", "text_hash", "recorded_at"),
    Index("ix_feedback_client", "client", "recorded_at"),
)

# Number of the advisory lock: arbitrary, but the same for every replica.
_MIGRATION_LOCK = 7_741_202


def open_engine(url: str) -> Engine:
    """An engine. Its commits return after the write to disk, and its errors show no values."""
    path = sqlite_path(url)
    if path is not None:
        return sqlite_engine(url, path)
    # PostgreSQL has 5 s to accept a connection, to release a lock, and to answer.
    limits = {
        "connect_timeout": 5,
        "tcp_user_timeout": 5000,
        "options": "-c lock_timeout=5s -c statement_timeout=5s",
    }
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=limits)


class MigrationError(Exception):
    """The tables have a version that this service does not know."""


def migrate(url: str) -> None:
    """Bring the tables to the newest version. Runs once, before the workers start.

    On PostgreSQL, an advisory lock lets one replica migrate at a time. Raises ``MigrationError``.
    """
    # Imported here, since workers do not migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    path = sqlite_path(url)
    if path is not None:
        prepare_file(path)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    engine = open_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # A new index of a large table takes longer than a call of the service.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            lock = text("SELECT pg_advisory_xact_lock(:lock)")
            connection.execute(lock, {"lock": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise MigrationError(
                f"SENTIMENT_DATABASE_URL: a newer service has changed the tables ({error}): start "
                "that service, or restore a backup"
            ) from error
    engine.dispose()
