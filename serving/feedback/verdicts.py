"""Verdicts on predictions, and the errors of their storage."""

from dataclasses import dataclass
from datetime import datetime

from serving.prediction_ids import PredictionClaims


class DuplicateFeedbackError(Exception):
    """The prediction already has a verdict."""


class FeedbackStoreError(Exception):
    """The database could not be read or written; the message gives the reason."""


@dataclass(frozen=True)
class Feedback:
    """A verdict. ``client`` is the pseudonym of the client, and None if the client is unknown."""

    claims: PredictionClaims
    correct: bool
    client: str | None = None


@dataclass(frozen=True)
class RecordedFeedback:
    """The id of a stored verdict, and whether its text counts for the alert of wrong texts."""

    id: str
    is_new_wrong_text: bool


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
    text_hash: str | None
    client: str | None


@dataclass(frozen=True)
class SuspiciousLabel:
    """A kept text whose label a check suspects, and that no person has reviewed.

    ``suspicion`` is the probability that the label is wrong; ``recorded_at`` is in UTC.
    """

    id: str
    recorded_at: datetime
    model: str
    version: str
    predicted: str
    correct: bool
    text: str | None
    suspicion: float


@dataclass(frozen=True)
class SuspiciousLabels:
    """The number of suspicious labels without a review, and the most suspicious ones."""

    amount: int
    most: list[SuspiciousLabel]


@dataclass(frozen=True)
class ClientVerdicts:
    """The number of a client's wrong verdicts, and of the texts that they concern."""

    client: str
    wrong: int
    texts: int


@dataclass(frozen=True)
class WrongPredictions:
    """The number of wrong predictions, the newest ones, and the clients with the most verdicts."""

    amount: int
    newest: list[WrongPrediction]
    clients: list[ClientVerdicts]
