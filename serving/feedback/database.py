"""The feedback database: its engine, table and migrations."""

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url

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
)

# Number of the advisory lock: arbitrary, but the same for every replica.
_MIGRATION_LOCK = 7_741_202


def open_engine(url: str) -> Engine:
    """An engine whose commits return after the write to disk, and whose errors show no values."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=_limits(url))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: object, _: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA busy_timeout=5000")
            # Deleted rows are overwritten with zeros.
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.close()

    return engine


def _limits(url: str) -> dict[str, int]:
    """Connection options: a request waits 5 s at most for PostgreSQL to accept a connection."""
    return {"connect_timeout": 5} if make_url(url).get_backend_name() == "postgresql" else {}


def migrate(url: str) -> None:
    """Bring the tables to the newest version. Runs once, before the workers start.

    On PostgreSQL, an advisory lock lets one replica migrate at a time.
    """
    # Imported here, since workers do not migrate.
    from alembic import command
    from alembic.config import Config

    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    engine = open_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:lock)")
            connection.execute(lock, {"lock": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
