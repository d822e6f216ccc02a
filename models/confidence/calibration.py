"""From logits to shares of readers that can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

_LARGEST = 30.0


@dataclass(frozen=True)
class Calibration:
    """Shares = softmax(scale * logits + biases), one bias a class, the first of them 0.

    Temperature scaling (Guo et al., 2017) with a bias for each class (Alexandari, Kundaje &
    Shrikumar, "Maximum likelihood with bias-corrected calibration", 2020). For two classes it is
    Platt scaling (J. Platt, 1999).
    """

    scale: float
    biases: tuple[float, ...]

    @property
    def has_neutral(self) -> bool:
        """Whether the model tells neutral readers from others."""
        return len(self.biases) == 3

    def shares(self, logits: FloatArray) -> FloatArray:
        """Shares of readers, shape (n, 3), float32, of logits, (n, k).

        Of a model of two classes the neutral share is 0.
        """
        exact = _softmax(_scaled(logits, self.scale, np.array(self.biases)))
        if not self.has_neutral:
            exact = np.insert(exact, 1, 0.0, axis=1)
        return exact.astype(np.float32)


def fit_calibration(logits: FloatArray, targets: FloatArray) -> Calibration:
    """The calibration of the least log loss against ``targets``, shape (n, k) as ``logits``.

    Targets of two classes that are all sure get Platt's smoothing against overfitting.
    """
    from scipy.optimize import minimize

    wanted = targets.astype(np.float64)
    if wanted.shape[1] == 2 and np.isin(wanted, (0, 1)).all():
        positives, negatives = wanted[:, 1].sum(), wanted[:, 0].sum()
        sure, unsure = (positives + 1) / (positives + 2), 1 / (negatives + 2)
        positive = np.where(wanted[:, 1] == 1, sure, unsure)
        wanted = np.stack([1 - positive, positive], axis=1)
    rows = logits.astype(np.float64)
    spread = float(rows.std()) or 1.0

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scale, biases = parameters[0] / spread, np.concatenate([[0.0], parameters[1:]])
        shares = _softmax(_scaled(rows, scale, biases))
        excess = (shares - wanted) / len(rows)
        gradient = np.concatenate([[(excess * rows).sum() / spread], excess.sum(axis=0)[1:]])
        return float(-(wanted * np.log(shares)).sum() / len(rows)), gradient

    start = np.concatenate([[spread], np.zeros(rows.shape[1] - 1)])
    # A scale of 0 or below would turn the model's order of the texts round.
    bounds = [(1e-6, None), *[(None, None)] * (rows.shape[1] - 1)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(float(found[0] / spread), (0.0, *map(float, found[1:])))


def _scaled(
    logits: NDArray[np.floating], scale: float, biases: NDArray[np.float64]
) -> NDArray[np.float64]:
    scaled = scale * logits.astype(np.float64) + biases
    # No share is so small that float32 would call its log-odds infinite.
    bounded: NDArray[np.float64] = np.maximum(
        scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf), -_LARGEST
    )
    return bounded


def _softmax(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scaled)
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
