"""Answers from scores."""

from models.answers import Answer, decide
from models.arrays import FloatArray
from models.artifacts.manifest import Manifest
from models.reader_shares import READERS, positive_probability
from serving.prediction.scoring import UNREAD_REASONS


def decide_all(manifest: Manifest, scores: FloatArray) -> list[Answer]:
    """The answers of a model to n texts from their ``scores``, shape (n, COLUMNS)."""
    probabilities = positive_probability(scores[:, : len(READERS)])
    return [
        decide(manifest, shares, probability, UNREAD_REASONS[int(reason)])
        for (*shares, reason), probability in zip(
            scores.tolist(), probabilities.tolist(), strict=True
        )
    ]
