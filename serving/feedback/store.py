"""The store of verdicts on predictions, in a SQL database."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from serving.feedback.database import feedback_table, open_engine
from serving.prediction_ids import PredictionClaims


class DuplicateFeedbackError(Exception):
    """The prediction already has a verdict."""


class FeedbackStoreError(Exception):
    """The database could not be read or written; the cause is chained."""


@dataclass(frozen=True)
class Feedback:
    """A verdict. ``text`` is scrubbed, and None without the author's consent."""

    claims: PredictionClaims
    correct: bool
    text: str | None


@dataclass(frozen=True)
class WrongPrediction:
    """A prediction with the verdict "wrong"; ``recorded_at`` is in UTC."""

    id: str
    recorded_at: datetime
    model: str
    version: str
    predicted: str
    probability: float
    text_length: int
    text: str | None


class FeedbackStore:
    """Verdicts, at most one per prediction.

    Every method raises ``FeedbackStoreError`` if the database fails.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._engine.dispose()

    def record(self, feedback: Feedback) -> str:
        """Write a verdict to disk and return its id.

        Raises ``DuplicateFeedbackError`` if the prediction already has a verdict.
        """
        claims = feedback.claims
        row = {
            "id": uuid.uuid4().hex,
            "prediction": claims.nonce,
            "recorded_at": datetime.now(UTC),
            "model": claims.model,
            "version": claims.version,
            "predicted": claims.label,
            "probability": claims.probability,
            "correct": feedback.correct,
            "text_length": claims.text_length,
            "text": feedback.text,
        }
        try:
            with self._transaction() as connection:
                connection.execute(insert(feedback_table), row)
        except IntegrityError as error:
            raise DuplicateFeedbackError from error
        return str(row["id"])

    def wrong_predictions(
        self, since: datetime, until: datetime, model: str | None, limit: int
    ) -> tuple[int, list[WrongPrediction]]:
        """The number of wrong predictions, and the newest ``limit`` of them.

        The window is ``since <= recorded_at < until``. ``model`` is a family, None for all.
        """
        columns = feedback_table.c
        wanted = [~columns.correct, columns.recorded_at >= since, columns.recorded_at < until]
        if model is not None:
            wanted.append(columns.model == model)
        newest = columns.recorded_at.desc()
        shown = [columns[name] for name in WrongPrediction.__dataclass_fields__]
        with self._transaction() as connection:
            count = connection.scalar(select(func.count()).where(*wanted)) or 0
            rows = connection.execute(select(*shown).where(*wanted).order_by(newest).limit(limit))
            return count, [_wrong_prediction(row._asdict()) for row in rows]

    def erase(self, feedback_id: str) -> bool:
        """Delete a verdict with its text; False if no verdict has the id."""
        statement = delete(feedback_table).where(feedback_table.c.id == feedback_id)
        with self._transaction() as connection:
            return connection.execute(statement).rowcount > 0

    def erase_older_than(self, age: timedelta) -> int:
        """Delete the verdicts that are older than ``age``, and return their number."""
        recorded_at = feedback_table.c.recorded_at
        statement = delete(feedback_table).where(recorded_at < datetime.now(UTC) - age)
        with self._transaction() as connection:
            return connection.execute(statement).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise FeedbackStoreError from error


def _wrong_prediction(row: dict[str, object]) -> WrongPrediction:
    recorded_at = row["recorded_at"]
    # SQLite stores no time zone. The store writes UTC.
    if isinstance(recorded_at, datetime) and recorded_at.tzinfo is None:
        row["recorded_at"] = recorded_at.replace(tzinfo=UTC)
    return WrongPrediction(**row)  # type: ignore[arg-type]
