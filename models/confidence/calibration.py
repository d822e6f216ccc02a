"""Calibration: logits become shares of readers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

# Largest difference of scaled logits. A smaller share would have infinite log-odds in float32.
_MAX_LOG_ODDS = 30.0


@dataclass(frozen=True)
class Calibration:
    """Shares = softmax(scale * logits + biases), with one bias a class. The first bias is 0.

    Temperature scaling (C. Guo et al., 2017) with a bias for each class (A. Alexandari, A. Kundaje
    & A. Shrikumar, "Maximum likelihood with bias-corrected calibration is hard-to-beat at label
    shift adaptation", 2020). For two classes it is Platt scaling (J. Platt, 1999).
    """

    scale: float
    biases: tuple[float, ...]

    @property
    def has_neutral(self) -> bool:
        """Whether the model has a class of neutral readers."""
        return len(self.biases) == 3

    def shares(self, logits: FloatArray) -> FloatArray:
        """Shares of readers, shape (n, 3), float32, of logits, shape (n, k).

        The neutral share is 0 if k = 2.
        """
        exact = _softmax(_scaled(logits, self.scale, np.array(self.biases)))
        if not self.has_neutral:
            exact = np.insert(exact, 1, 0.0, axis=1)
        return exact.astype(np.float32)


def fit_calibration(logits: FloatArray, targets: FloatArray) -> Calibration:
    """The calibration with the least log loss of ``logits`` against ``targets``, both (n, k).

    One-hot targets of two classes are smoothed against overfitting, as Platt did.
    """
    from scipy.optimize import minimize

    smoothed = targets.astype(np.float64)
    if smoothed.shape[1] == 2 and np.isin(smoothed, (0, 1)).all():
        positives, negatives = smoothed[:, 1].sum(), smoothed[:, 0].sum()
        of_positives, of_negatives = (positives + 1) / (positives + 2), 1 / (negatives + 2)
        positive = np.where(smoothed[:, 1] == 1, of_positives, of_negatives)
        smoothed = np.stack([1 - positive, positive], axis=1)
    rows = logits.astype(np.float64)
    spread = float(rows.std()) or 1.0

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scale, biases = parameters[0] / spread, np.concatenate([[0.0], parameters[1:]])
        shares = _softmax(_scaled(rows, scale, biases))
        excess = (shares - smoothed) / len(rows)
        gradient = np.concatenate([[(excess * rows).sum() / spread], excess.sum(axis=0)[1:]])
        return float(-(smoothed * np.log(shares)).sum() / len(rows)), gradient

    start = np.concatenate([[spread], np.zeros(rows.shape[1] - 1)])
    # A scale of 0 or below would reverse the model's ranking of the texts.
    bounds = [(1e-6, None), *[(None, None)] * (rows.shape[1] - 1)]
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(float(fitted[0] / spread), (0.0, *map(float, fitted[1:])))


def _scaled(
    logits: NDArray[np.floating], scale: float, biases: NDArray[np.float64]
) -> NDArray[np.float64]:
    scaled = scale * logits.astype(np.float64) + biases
    bounded: NDArray[np.float64] = np.maximum(
        scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf), -_MAX_LOG_ODDS
    )
    return bounded


def _softmax(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scaled)
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
