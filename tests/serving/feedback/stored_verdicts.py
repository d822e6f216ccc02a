"""Verdicts for a feedback store, and the rows of its SQLite file."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from serving.feedback.verdicts import Feedback
from serving.prediction_ids import PredictionClaims


def verdict(
    nonce: str,
    text_hash: str = "hash",
    *,
    correct: bool = False,
    client: str | None = None,
) -> Feedback:
    claims = PredictionClaims(nonce, "lstm", "v1", "positive", 0.9, 17, text_hash)
    return Feedback(claims, correct, client)


def rows(database: Path, columns: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    statement = f"SELECT {columns} FROM feedback ORDER BY rowid"  # noqa: S608
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def make_older(database: Path, age: timedelta) -> None:
    """Set back the time of every verdict."""
    connection = sqlite3.connect(database)
    earlier = (datetime.now(UTC) - age).replace(tzinfo=None).isoformat(" ")
    connection.execute("UPDATE feedback SET recorded_at = ?", (earlier,))
    connection.commit()
    connection.close()
