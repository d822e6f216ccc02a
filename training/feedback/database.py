"""The service's feedback database, opened as the service opens it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Engine,
    Float,
    String,
    column,
    create_engine,
    table,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from training.errors import DataError

_LOCK_WAIT_S = 5.0
_POSTGRESQL = {
    "connect_timeout": 5,
    "options": "-c lock_timeout=5s -c statement_timeout=60s",
}

FEEDBACK = table(
    "feedback",
    column("id", String),
    column("recorded_at", DateTime(timezone=True)),
    column("model", String),
    column("version", String),
    column("predicted", String),
    column("probability", Float),
    column("correct", Boolean),
    column("text", String),
    column("client", String),
    column("suspicion", Float),
    column("review", String),
)
"""The columns that training reads."""


@contextmanager
def feedback_connection(url: str) -> Iterator[Connection]:
    """One transaction on the database at an SQLAlchemy address.

    A SQLite file is never created. As in the service, a commit is on disk when it returns, and
    deleted data is overwritten. No error message holds a value of a row. Raises ``DataError`` if
    the database is missing or refuses the transaction.
    """
    try:
        engine = _engine(url)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise DataError(
            "the address of the feedback store cannot be read: write sqlite:///PATH or "
            "postgresql+psycopg://…"
        ) from error
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise DataError(f"the feedback store cannot be used: {_reason(error)}") from error
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, hide_parameters=True, connect_args=_POSTGRESQL)
    path = Path(address.database or "").absolute()
    if not path.is_file():
        raise DataError(f"there is no feedback store at {address.database}")
    return create_engine(
        address, creator=lambda: _connect(path), poolclass=NullPool, hide_parameters=True
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_LOCK_WAIT_S)
    # The pragmas of the service's own connections.
    connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def _reason(error: SQLAlchemyError) -> str:
    """The reason. PostgreSQL's messages may quote values, SQLite's do not."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return str(error.orig)
    return type(getattr(error, "orig", None) or error).__name__
