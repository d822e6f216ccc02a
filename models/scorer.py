"""The one thing that evaluation, promotion and serving ask of a model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

READERS = ("negative", "neutral", "positive")
"""The columns of shares of readers."""

_LEAST_SHARE = 1e-14


class Scorer(Protocol):
    """Scores tweets, wherever and on whatever it runs."""

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Calibrated shares of readers, shape (n, 3), float32, in the order of ``texts``.

        The columns are ``READERS``; each row adds up to 1. A model of two classes gives no neutral
        reader a share.
        """
        ...


def positive_probability(shares: FloatArray) -> FloatArray:
    """P(positive), shape (n,), of shares of readers, (n, 3): a neutral reader counts as half."""
    return np.asarray(shares[:, 2] + shares[:, 1] / 2, dtype=np.float32)


def log_ratio(shares: FloatArray) -> FloatArray:
    """Log-odds of a positive against a negative reader, shape (n,), of shares, (n, 3)."""
    bounded = np.maximum(shares.astype(np.float64), _LEAST_SHARE)
    return np.asarray(np.log(bounded[:, 2]) - np.log(bounded[:, 0]), dtype=np.float32)
