"""Shares of readers: how many readers call a text negative, neutral and positive."""

import numpy as np

from models.arrays import FloatArray

READERS = ("negative", "neutral", "positive")
"""The columns of shares of readers."""

_LEAST_SHARE = 1e-14


def positive_probability(shares: FloatArray) -> FloatArray:
    """P(positive), shape (n,), of shares of readers, (n, 3): a neutral reader counts as half."""
    return np.asarray(shares[:, 2] + shares[:, 1] / 2, dtype=np.float32)


def log_ratio(shares: FloatArray) -> FloatArray:
    """Log-odds of a positive against a negative reader, shape (n,), of shares, (n, 3)."""
    bounded = np.maximum(shares.astype(np.float64), _LEAST_SHARE)
    return np.asarray(np.log(bounded[:, 2]) - np.log(bounded[:, 0]), dtype=np.float32)
