"""The store of verdicts on predictions."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from serving.tokens import PredictionClaims

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
    Column("text", Text, nullable=True),
)


class DuplicateFeedbackError(Exception):
    """The prediction has a verdict already."""


class FeedbackStoreError(Exception):
    """The store could not be written; the cause is chained."""


@dataclass(frozen=True)
class Feedback:
    """A verdict; ``text`` is None unless its author consented, and is scrubbed before."""

    claims: PredictionClaims
    correct: bool
    text: str | None


class FeedbackStore:
    """Verdicts in a SQL database, at most one a prediction."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)

    def record(self, feedback: Feedback) -> str:
        """Write a verdict to disk and return its id."""
        feedback_id = uuid.uuid4().hex
        row = {
            "id": feedback_id,
            "prediction": feedback.claims.nonce,
            "recorded_at": datetime.now(UTC),
            "model": feedback.claims.model,
            "version": feedback.claims.version,
            "predicted": feedback.claims.label,
            "probability": feedback.claims.probability,
            "correct": feedback.correct,
            "text": feedback.text,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(feedback_table), row)
        except IntegrityError as error:
            raise DuplicateFeedbackError from error
        except SQLAlchemyError as error:
            raise FeedbackStoreError from error
        return feedback_id


def migrate(url: str) -> None:
    """Bring the database's tables to this version; once, before the workers start."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with _engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: object, _: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA busy_timeout=5000")
            cursor.close()

    return engine
