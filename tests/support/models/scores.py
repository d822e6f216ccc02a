"""Figures by which tests compare scores."""

from collections.abc import Sequence

from models.arrays import FloatArray


def ratios(logits: FloatArray) -> FloatArray:
    """Logits of *positive* minus logits of *negative*, shape (n,), from logits of shape (n, k)."""
    found: FloatArray = logits[:, -1] - logits[:, 0]
    return found


def spread(scores: Sequence[float]) -> float:
    """Largest minus smallest. Equal scores would make a comparison of two scorers meaningless."""
    return max(scores) - min(scores)
