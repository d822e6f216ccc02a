"""The store of verdicts on predictions, in a SQL database."""

import sqlite3
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from serving.feedback.bounds import (
    FeedbackBounds,
    check_bounds,
    is_new_wrong_text,
    may_store_text,
)
from serving.feedback.database import feedback_table, open_engine
from serving.feedback.sqlite_file import damage, identity, sqlite_path
from serving.feedback.verdicts import (
    ClientVerdicts,
    DuplicateFeedbackError,
    Feedback,
    FeedbackStoreError,
    RecordedFeedback,
    SuspiciousLabel,
    SuspiciousLabels,
    WrongPrediction,
    WrongPredictions,
)
from serving.schemas import Review

# Classes of PostgreSQL's advisory locks: arbitrary, but the same for every replica.
_TEXT_LOCKS, _CLIENT_LOCKS = 7_741_203, 7_741_204
_MOST_CLIENTS = 10

_columns = feedback_table.c


class FeedbackStore:
    """Verdicts, at most one per prediction, within ``bounds``.

    Every method raises ``FeedbackStoreError`` if the database fails.
    """

    def __init__(self, url: str, bounds: FeedbackBounds | None = None) -> None:
        self._engine = open_engine(url)
        self._path = sqlite_path(url)
        self._bounds = bounds or FeedbackBounds()
        # The reason, by the identity of the damaged file: another file in its place may be sound.
        self._damaged: dict[tuple[int, int], str] = {}

    @property
    def most_threads(self) -> int:
        """Threads that use the store at the same time without delay: SQLite has one writer."""
        return 1 if self._path else 4

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._engine.dispose()

    def record(self, feedback: Feedback) -> RecordedFeedback:
        """Write a verdict to disk.

        Raises ``DuplicateFeedbackError`` if the prediction already has a verdict, and
        ``FeedbackBoundError`` if the text or the client has too many.
        """
        self._refuse_damaged_file()
        claims, client = feedback.claims, feedback.client
        try:
            with self._transaction() as connection:
                self._lock(connection, claims.text_hash, client)
                now = datetime.now(UTC)
                same = select(_columns.id).where(_columns.prediction == claims.nonce)
                if connection.execute(same).first() is not None:
                    raise DuplicateFeedbackError
                check_bounds(
                    connection, self._bounds, claims.text_hash, feedback.correct, client, now
                )
                counted = not feedback.correct and is_new_wrong_text(
                    connection, claims.text_hash, now
                )
                row = _row(feedback, now) | {"counted": counted}
                connection.execute(insert(feedback_table), row)
        except IntegrityError as error:
            raise DuplicateFeedbackError from error
        return RecordedFeedback(str(row["id"]), counted)

    def add_text(self, feedback_id: str, scrubbed: str) -> None:
        """Store the scrubbed text of a verdict, whose author consents.

        Nothing happens if the verdict was erased, or if its client has stored too many texts.
        """
        of_verdict = _columns.id == feedback_id
        with self._transaction() as connection:
            row = connection.execute(select(_columns.client).where(of_verdict)).first()
            if row is None:
                return
            self._lock(connection, feedback_id, row.client)
            if may_store_text(connection, self._bounds, row.client, datetime.now(UTC)):
                connection.execute(update(feedback_table).where(of_verdict).values(text=scrubbed))

    def wrong_predictions(
        self, since: datetime, until: datetime, model: str | None, limit: int
    ) -> WrongPredictions:
        """The wrong predictions in a window. The newest ``limit`` predictions are listed.

        The window is ``since <= recorded_at < until``. ``model`` is a family, None for all.
        """
        wanted = [~_columns.correct, *_window(since, until)]
        if model is not None:
            wanted.append(_columns.model == model)
        shown = [_columns[name] for name in WrongPrediction.__dataclass_fields__]
        newest = select(*shown).where(*wanted).order_by(_columns.recorded_at.desc()).limit(limit)
        wrong = func.count()
        clients = (
            select(_columns.client, wrong, func.count(_columns.text_hash.distinct()))
            .where(*wanted, _columns.client.is_not(None))
            .group_by(_columns.client)
            .order_by(wrong.desc(), _columns.client)
            .limit(_MOST_CLIENTS)
        )
        with self._transaction(writes=False) as connection:
            return WrongPredictions(
                connection.scalar(select(func.count()).where(*wanted)) or 0,
                [WrongPrediction(**_in_utc(row._asdict())) for row in connection.execute(newest)],
                [ClientVerdicts(*row) for row in connection.execute(clients)],
            )

    def suspicious_labels(self, model: str | None, limit: int) -> SuspiciousLabels:
        """The suspicious labels of kept texts that no person has reviewed.

        The ``limit`` most suspicious labels are listed. ``model`` is a family, None for all.
        """
        wanted: list[ColumnElement[bool]] = [
            _columns.suspicion.is_not(None),
            _columns.review.is_(None),
            _columns.text.is_not(None),
        ]
        if model is not None:
            wanted.append(_columns.model == model)
        shown = [_columns[name] for name in SuspiciousLabel.__dataclass_fields__]
        most = (
            select(*shown)
            .where(*wanted)
            .order_by(_columns.suspicion.desc(), _columns.id)
            .limit(limit)
        )
        with self._transaction(writes=False) as connection:
            return SuspiciousLabels(
                connection.scalar(select(func.count()).where(*wanted)) or 0,
                [SuspiciousLabel(**_in_utc(row._asdict())) for row in connection.execute(most)],
            )

    def review(self, feedback_id: str, review: Review) -> bool:
        """Record a person's decision about a label; False if no verdict has the id."""
        statement = update(feedback_table).where(_columns.id == feedback_id).values(review=review)
        with self._transaction() as connection:
            return connection.execute(statement).rowcount > 0

    def erase(self, feedback_id: str) -> bool:
        """Delete a verdict with its text; False if no verdict has the id."""
        return self._delete(_columns.id == feedback_id) > 0

    def erase_flood(
        self, since: datetime, until: datetime, text_hash: str | None, client: str | None
    ) -> int:
        """Delete the verdicts of a client, on a text, or both, and return their number.

        The window is ``since <= recorded_at < until``. Raises ``ValueError`` if both are None.
        """
        wanted = [
            column == value
            for column, value in ((_columns.text_hash, text_hash), (_columns.client, client))
            if value is not None
        ]
        if not wanted:
            raise ValueError("a flood has a text or a client")
        return self._delete(*wanted, *_window(since, until))

    def erase_older_than(self, age: timedelta) -> int:
        """Delete the verdicts that are older than ``age``, and return their number."""
        return self._delete(_columns.recorded_at < datetime.now(UTC) - age)

    def check(self) -> None:
        """Search a SQLite file for damage.

        Raises ``FeedbackStoreError`` if the file is damaged. ``record`` then refuses every verdict
        until a later check passes, or another file is in its place.
        """
        if self._path is None:
            return
        try:
            checked = identity(self._path)
            found = damage(self._path)
        except OSError as error:
            raise FeedbackStoreError(f"{self._path}: {error.strerror}") from error
        except sqlite3.OperationalError as error:
            # The file is locked or cannot be read now: its pages may be sound.
            raise FeedbackStoreError(f"{self._path}: {error}") from error
        except sqlite3.DatabaseError as error:
            found = str(error)
        self._damaged = {checked: f"{self._path}: {found}"} if found else {}
        if found:
            raise FeedbackStoreError(self._damaged[checked])

    def _refuse_damaged_file(self) -> None:
        if self._path and self._damaged and self._path.exists():
            reason = self._damaged.get(identity(self._path))
            if reason is not None:
                raise FeedbackStoreError(reason)

    def _delete(self, *wanted: ColumnElement[bool]) -> int:
        with self._transaction() as connection:
            return connection.execute(delete(feedback_table).where(*wanted)).rowcount

    def _lock(self, connection: Connection, text_hash: str, client: str | None) -> None:
        """Serialize the verdicts on one text, and the verdicts of one client.

        SQLite has one writer at a time. PostgreSQL's locks end with the transaction.
        """
        if self._engine.dialect.name != "postgresql":
            return
        lock = text("SELECT pg_advisory_xact_lock(:kind, :number)")
        for kind, name in ((_TEXT_LOCKS, text_hash), (_CLIENT_LOCKS, client)):
            if name is not None:
                number = zlib.crc32(name.encode()) - 2**31
                connection.execute(lock, {"kind": kind, "number": number})

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        try:
            opened = identity(self._path) if self._path else None
            engine = self._engine.execution_options(writes=writes)
            with engine.begin() as connection:
                yield connection
            # The file may have been moved or deleted between the opening and the commit.
            if self._path and identity(self._path) != opened:
                raise FeedbackStoreError(f"{self._path} was replaced during the call")
        except IntegrityError:
            raise
        except OSError as error:
            raise FeedbackStoreError(f"{self._path}: {error.strerror}") from error
        except SQLAlchemyError as error:
            raise FeedbackStoreError(self._reason(error)) from error

    def _reason(self, error: SQLAlchemyError) -> str:
        """The reason of a failure. PostgreSQL's messages may quote values, SQLite's do not."""
        if self._path and isinstance(error, DBAPIError):
            return f"{self._path}: {error.orig}"
        return type(error).__name__


def _row(feedback: Feedback, now: datetime) -> dict[str, object]:
    claims = feedback.claims
    return {
        "id": uuid.uuid4().hex,
        "prediction": claims.nonce,
        "recorded_at": now,
        "model": claims.model,
        "version": claims.version,
        "predicted": claims.label,
        "probability": claims.probability,
        "correct": feedback.correct,
        "text_length": claims.text_length,
        "text_hash": claims.text_hash,
        "client": feedback.client,
    }


def _window(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [_columns.recorded_at >= since, _columns.recorded_at < until]


def _in_utc(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its time in UTC. SQLite stores no time zone, and the store writes UTC."""
    if row["recorded_at"].tzinfo is None:
        row["recorded_at"] = row["recorded_at"].replace(tzinfo=UTC)
    return row
