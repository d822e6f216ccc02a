"""Bounds of feedback: verdicts on one text, verdicts of one client, stored texts of one client."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Literal

from sqlalchemy import ColumnElement, Connection, select

from serving.feedback.database import feedback_table

# A wrong text counts once in this time: the range of the alert's rule, 5m30s, and two scrapes.
COUNTED_ONCE = timedelta(minutes=6)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_columns = feedback_table.c


@dataclass(frozen=True)
class FeedbackBounds:
    """Most verdicts and texts that the store keeps.

    - ``per_text``: verdicts of one kind ("correct" or "wrong") on one text in a day. A flood of one
      kind does not shut out the other kind.
    - ``per_client``: verdicts of a client in an hour
    - ``texts_per_client``: stored texts of a client in a day
    """

    per_text: int = 5
    per_client: int = 1000
    texts_per_client: int = 100


class FeedbackBoundError(Exception):
    """A bound is reached. The store takes a verdict again after ``retry_after_s`` seconds."""

    def __init__(self, bound: Literal["text", "client"], retry_after_s: int) -> None:
        super().__init__(bound)
        self.bound = bound
        self.retry_after_s = retry_after_s


def check_bounds(
    connection: Connection,
    bounds: FeedbackBounds,
    text_hash: str,
    correct: bool,
    client: str | None,
    now: datetime,
) -> None:
    """Raise ``FeedbackBoundError`` if the text or the client has reached its bound of verdicts."""
    of_text = (_columns.text_hash == text_hash) & (_columns.correct == correct)
    if wait := _wait(connection, of_text, bounds.per_text, _DAY, now):
        raise FeedbackBoundError("text", wait)
    if client is not None:
        of_client = _columns.client == client
        if wait := _wait(connection, of_client, bounds.per_client, _HOUR, now):
            raise FeedbackBoundError("client", wait)


def may_store_text(
    connection: Connection, bounds: FeedbackBounds, client: str | None, now: datetime
) -> bool:
    """Whether the client has stored fewer texts than its bound within a day."""
    with_text = _columns.text.is_not(None) & (_columns.client == client)
    return not _wait(connection, with_text, bounds.texts_per_client, _DAY, now)


def is_new_wrong_text(connection: Connection, text_hash: str, now: datetime) -> bool:
    """Whether no verdict on the text has counted for the alert within ``COUNTED_ONCE``."""
    counted = (_columns.text_hash == text_hash) & _columns.counted
    recent = counted & (_columns.recorded_at > now - COUNTED_ONCE)
    return connection.execute(select(_columns.id).where(recent).limit(1)).first() is None


def _wait(
    connection: Connection,
    condition: ColumnElement[bool],
    bound: int,
    window: timedelta,
    now: datetime,
) -> int:
    """Seconds until fewer than ``bound`` rows lie within the window; 0 if fewer do now."""
    newest = _columns.recorded_at
    rows = select(newest).where(condition & (newest > now - window)).order_by(newest.desc())
    limiting: datetime | None = connection.scalar(rows.offset(bound - 1).limit(1))
    if limiting is None:
        return 0
    # SQLite stores no time zone. The store writes UTC.
    return max(1, ceil((limiting.replace(tzinfo=UTC) + window - now).total_seconds()))
