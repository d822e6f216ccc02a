"""Consented texts with the label that their readers' verdicts give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from models.examples import NEGATIVE, POSITIVE
from training.data.splits import text_keys
from training.feedback.database import FEEDBACK, feedback_connection

_COLUMNS = FEEDBACK.c
_LABELS = {"positive": POSITIVE, "negative": NEGATIVE}
KEEP, DROP = "keep", "drop"
"""Decisions of a person about a suspicious label."""


@dataclass(frozen=True)
class ConsentedVerdict:
    """A verdict whose author consented to keep the text.

    - ``probability``: P(positive) that the model answered;
    - ``client``: pseudonym of the client, None if unknown;
    - ``recorded_at``: in UTC;
    - ``suspicion``: probability that the label is wrong, None for a label that is not suspected;
    - ``review``: ``KEEP``, ``DROP`` or None.
    """

    id: str
    recorded_at: datetime
    model: str
    version: str
    predicted: int
    probability: float
    correct: bool
    text: str
    client: str | None
    suspicion: float | None
    review: str | None

    @property
    def label(self) -> int:
        """The predicted label, or the other label if the verdict is "wrong"."""
        return self.predicted if self.correct else POSITIVE + NEGATIVE - self.predicted

    @property
    def key(self) -> str:
        """The text under full normalisation. Texts of one key count as equal."""
        return text_keys(self.text)[-1]

    @property
    def is_suspicious(self) -> bool:
        """Whether the label is suspected and no person has reviewed it."""
        return self.suspicion is not None and self.review is None


def read_verdicts(url: str, until: datetime) -> list[ConsentedVerdict]:
    """The verdicts with a text that were recorded before ``until``, the oldest first.

    Verdicts on every family count: the label does not depend on the model. Raises ``DataError``.
    """
    shown = [_COLUMNS[name] for name in ConsentedVerdict.__dataclass_fields__]
    query = (
        select(*shown)
        .where(_COLUMNS.text.is_not(None), _COLUMNS.recorded_at < until)
        .order_by(_COLUMNS.recorded_at, _COLUMNS.id)
    )
    with feedback_connection(url) as connection:
        rows = [row._asdict() for row in connection.execute(query)]
    return [_verdict(row) for row in rows]


def read_texts(url: str, ids: Sequence[str]) -> dict[str, str]:
    """The texts of these verdicts, by id. An erased verdict is left out. Raises ``DataError``."""
    query = select(_COLUMNS.id, _COLUMNS.text).where(_COLUMNS.text.is_not(None))
    with feedback_connection(url) as connection:
        texts = {row.id: row.text for row in connection.execute(query)}
    return {name: texts[name] for name in ids if name in texts}


def write_suspicions(url: str, suspicions: Mapping[str, float | None]) -> None:
    """Write the suspicion of each verdict, by id, unless a person has reviewed its label.

    Raises ``DataError``.
    """
    with feedback_connection(url) as connection:
        for name, suspicion in suspicions.items():
            connection.execute(
                update(FEEDBACK)
                .where(_COLUMNS.id == name, _COLUMNS.review.is_(None))
                .values(suspicion=suspicion)
            )


def _verdict(row: dict[str, object]) -> ConsentedVerdict:
    recorded_at = row["recorded_at"]
    # SQLite stores no time zone. The service writes UTC.
    if isinstance(recorded_at, datetime):
        row["recorded_at"] = (
            recorded_at.replace(tzinfo=UTC) if recorded_at.tzinfo is None else recorded_at
        ).astimezone(UTC)
    row["predicted"] = _LABELS[str(row["predicted"])]
    return ConsentedVerdict(**row)  # type: ignore[arg-type]
