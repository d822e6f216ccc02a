"""Feedback texts that users consented to keep, read from the service's database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training.feedback.database import FEEDBACK, feedback_connection


@dataclass(frozen=True)
class KeptFeedback:
    """Kept texts of one model with their predictions, the oldest first; lists of one length."""

    texts: list[str]
    versions: list[str]
    probabilities: list[float]
    recorded: list[datetime]

    def __len__(self) -> int:
        return len(self.texts)


def read_kept_feedback(url: str, model: str) -> KeptFeedback:
    """Read the kept texts of a model from the database at an SQLAlchemy address.

    Raises ``DataError`` if the database is missing or cannot be read.
    """
    feedback = FEEDBACK.c
    query = (
        select(feedback.text, feedback.version, feedback.probability, feedback.recorded_at)
        .where(feedback.text.is_not(None), feedback.model == model)
        .order_by(feedback.recorded_at)
    )
    with feedback_connection(url) as connection:
        rows = connection.execute(query).all()
    return KeptFeedback(
        texts=[row.text for row in rows],
        versions=[row.version for row in rows],
        probabilities=[row.probability for row in rows],
        recorded=[row.recorded_at for row in rows],
    )
