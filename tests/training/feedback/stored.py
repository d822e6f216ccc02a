"""Invented verdicts, and a feedback database that holds them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import insert

from models.examples import NEGATIVE, POSITIVE
from serving.feedback.database import feedback_table, migrate, open_engine
from training.feedback.verdicts import ConsentedVerdict

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = START + timedelta(days=300)
_numbers = count()


def verdict(
    text: str,
    label: int = NEGATIVE,
    *,
    client: str | None = "anna",
    day: int = 0,
    predicted: int = POSITIVE,
    probability: float = 0.8,
    suspicion: float | None = None,
    review: str | None = None,
    name: str | None = None,
) -> ConsentedVerdict:
    """A verdict whose corrected label is ``label``; each one is a second later than the former."""
    number = next(_numbers)
    return ConsentedVerdict(
        id=name or f"id{number}",
        recorded_at=START + timedelta(days=day, seconds=number),
        model="baseline",
        version="v1",
        predicted=predicted,
        probability=probability,
        correct=label == predicted,
        text=text,
        client=client,
        suspicion=suspicion,
        review=review,
    )


def store(url: str, verdicts: Iterable[ConsentedVerdict]) -> None:
    """Write the verdicts into the tables of the service."""
    migrate(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        for each in verdicts:
            values = {
                **vars(each),
                "predicted": "positive" if each.predicted == POSITIVE else "negative",
                "prediction": each.id,
                "text_length": len(each.text),
            }
            connection.execute(insert(feedback_table).values(**values))
    engine.dispose()
