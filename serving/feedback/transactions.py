"""Transactions of the tables beside the verdicts in the feedback database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from serving.feedback.verdicts import FeedbackStoreError


@contextmanager
def transaction(engine: Engine, subject: str, *, writes: bool = True) -> Iterator[Connection]:
    """A transaction of the feedback database. ``subject`` names the rows in an error.

    Raises ``FeedbackStoreError`` if the transaction fails.
    """
    try:
        with engine.execution_options(writes=writes).begin() as connection:
            yield connection
    except DBAPIError as error:
        # PostgreSQL's messages may quote values, SQLite's do not.
        reason = error.orig if engine.dialect.name == "sqlite" else type(error).__name__
        raise FeedbackStoreError(f"{subject}: {reason}") from error
    except (SQLAlchemyError, OSError) as error:
        raise FeedbackStoreError(f"{subject}: {type(error).__name__}") from error
