"""From log-odds to a probability that can be trusted, and to a decision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.scorer import FloatArray

_BETA = 0.5


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: P(positive) = sigmoid(slope * log-odds + intercept).

    J. Platt, "Probabilistic outputs for support vector machines", 1999.
    """

    slope: float
    intercept: float

    def probability(self, log_odds: FloatArray) -> FloatArray:
        scaled = np.clip(self.slope * log_odds.astype(np.float64) + self.intercept, -30.0, 30.0)
        return (1.0 / (1.0 + np.exp(-scaled))).astype(np.float32)


@dataclass(frozen=True)
class Decision:
    """Where a probability becomes a label, and where a person should look.

    ``low <= p < high`` is the band of doubt. ``precision`` is that of the confident positives
    (p >= high) on the validation split, ``coverage`` their share of all true positives there.
    """

    threshold: float
    low: float
    high: float
    precision: float
    coverage: float

    def is_positive(self, probability: float) -> bool:
        return probability >= self.threshold

    def is_confident(self, probability: float) -> bool:
        return not self.low <= probability < self.high


def fit_calibration(log_odds: FloatArray, labels: NDArray[np.int8]) -> Calibration:
    """Platt scaling by maximum likelihood, with Platt's smoothed targets against overfitting."""
    from sklearn.linear_model import LogisticRegression

    positives, negatives = int(labels.sum()), int((1 - labels).sum())
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    target = np.where(labels == 1, high, low)
    # A soft target is two weighted rows, since scikit-learn takes hard labels only.
    rows = np.concatenate([log_odds, log_odds]).reshape(-1, 1).astype(np.float64)
    model = LogisticRegression(C=np.inf).fit(
        rows,
        np.repeat([1, 0], len(labels)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return Calibration(slope=float(model.coef_[0, 0]), intercept=float(model.intercept_[0]))


def choose_decision(
    probabilities: FloatArray,
    labels: NDArray[np.int8],
    promised_precision: float = 0.95,
    least_coverage: float = 0.30,
) -> Decision:
    """Threshold and band of doubt from a validation split.

    The threshold is the one that is best for F0.5, which weighs precision twice as much as recall:
    for calibrated probabilities it is F* / (1 + beta^2) with F* the best F-beta that can be had
    (Lipton, Elkan & Naryanaswamy, 2014), which varies far less than the cut that happens to be
    best on a small split. The band's upper end is the lowest cut at which positives keep the
    promised precision and cover enough of the true ones (where none does, the most precise cut
    with that coverage); its lower end mirrors this for the negatives. The threshold lies within
    the band.
    """
    from sklearn.metrics import precision_recall_curve

    precision, recall, cuts = precision_recall_curve(labels, probabilities)
    precision, recall = precision[:-1], recall[:-1]
    weight = _BETA**2
    f_beta = (1 + weight) * precision * recall / np.maximum(weight * precision + recall, 1e-12)
    # Where a small split is separated without fault, F* / (1 + beta^2) may lie above every score.
    best_cut = int(np.argmax(f_beta))
    threshold = min(float(f_beta[best_cut]) / (1 + weight), float(cuts[best_cut]))

    best = _first_precise_cut(precision, recall, promised_precision, least_coverage)
    high = max(float(cuts[best]), threshold)
    chosen = probabilities >= high
    mirrored_precision, mirrored_recall, mirrored_cuts = precision_recall_curve(
        1 - labels, 1.0 - probabilities
    )
    mirrored = _first_precise_cut(
        mirrored_precision[:-1], mirrored_recall[:-1], promised_precision, least_coverage
    )
    # The row at the cut is one of the confident negatives, which lie below the lower end.
    boundary = probabilities[1.0 - probabilities == np.float32(mirrored_cuts[mirrored])].max()
    low = min(float(np.nextafter(boundary, np.float32(1))), threshold)
    return Decision(
        threshold=threshold,
        low=low,
        high=high,
        precision=float(labels[chosen].mean()),
        coverage=float(labels[chosen].sum() / labels.sum()),
    )


def _first_precise_cut(
    precision: NDArray[np.float64],
    recall: NDArray[np.float64],
    promised_precision: float,
    least_coverage: float,
) -> int:
    covering = recall >= least_coverage
    good = np.flatnonzero(covering & (precision >= promised_precision))
    if len(good):
        return int(good[0])
    return int(np.argmax(np.where(covering, precision, -1.0)))
