"""The tables of challengers in the feedback database, and their transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    String,
    Table,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from serving.feedback.database import metadata
from serving.feedback.verdicts import FeedbackStoreError

# A challenger's answers to texts that the champion answered, without the texts.
shadow_table = Table(
    "shadow_predictions",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    # The nonce of the champion's prediction id, which the verdict names too.
    Column("prediction", String(32), nullable=False, unique=True),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("model", String(64), nullable=False),
    # The version, the label and the probability of the challenger.
    Column("version", String(64), nullable=False),
    Column("label", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Index("ix_shadow_predictions_recorded_at", "recorded_at"),
)

# The comparison of two versions by the verdicts of their clients.
split_table = Table(
    "splits",
    metadata,
    Column("model", String(64), primary_key=True),
    Column("champion", String(64), primary_key=True),
    Column("challenger", String(64), primary_key=True),
    Column("began_at", DateTime(timezone=True), nullable=False),
    # "worse" or "better": the challenger, by the sequential test. The first decision stays.
    Column("decision", String(8), nullable=True),
    Column("decided_at", DateTime(timezone=True), nullable=True),
)


@contextmanager
def transaction(engine: Engine, *, writes: bool = True) -> Iterator[Connection]:
    """A transaction of the feedback database. Raises ``FeedbackStoreError`` if it fails."""
    try:
        with engine.execution_options(writes=writes).begin() as connection:
            yield connection
    except DBAPIError as error:
        # PostgreSQL's messages may quote values, SQLite's do not.
        reason = error.orig if engine.dialect.name == "sqlite" else type(error).__name__
        raise FeedbackStoreError(f"records of challengers: {reason}") from error
    except (SQLAlchemyError, OSError) as error:
        raise FeedbackStoreError(f"records of challengers: {type(error).__name__}") from error
