"""Shares of readers: how many of all readers call a text negative, neutral and positive."""

import numpy as np

from models.arrays import FloatArray

READERS = ("negative", "neutral", "positive")
"""Columns of an array of shares."""

_MIN_SHARE = 1e-14


def positive_probability(shares: FloatArray) -> FloatArray:
    """P(positive), shape (n,), float32, of shares, (n, 3). A neutral reader counts as half."""
    return np.asarray(shares[:, 2] + shares[:, 1] / 2, dtype=np.float32)


def log_ratio(shares: FloatArray) -> FloatArray:
    """Log-odds of positive against negative readers, shape (n,), float32, of shares, (n, 3)."""
    bounded = np.maximum(shares.astype(np.float64), _MIN_SHARE)
    return np.asarray(np.log(bounded[:, 2]) - np.log(bounded[:, 0]), dtype=np.float32)
