"""Feedback texts that users consented to keep, read from the service's database."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import DateTime, column, create_engine, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from training.errors import DataError

_FEEDBACK = table(
    "feedback",
    column("text"),
    column("model"),
    column("version"),
    column("probability"),
    column("recorded_at", DateTime(timezone=True)),
)


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
    feedback = _FEEDBACK.c
    query = (
        select(feedback.text, feedback.version, feedback.probability, feedback.recorded_at)
        .where(feedback.text.is_not(None), feedback.model == model)
        .order_by(feedback.recorded_at)
    )
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
            raise DataError(f"there is no feedback store at {address.database}")
        engine = create_engine(address, hide_parameters=True)
        with engine.connect() as connection:
            rows = connection.execute(query).all()
        engine.dispose()
    except (ArgumentError, SQLAlchemyError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"the feedback store cannot be read: {reason}") from error
    return KeptFeedback(
        texts=[row.text for row in rows],
        versions=[row.version for row in rows],
        probabilities=[row.probability for row in rows],
        recorded=[row.recorded_at for row in rows],
    )
