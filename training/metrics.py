"""How good a model is: the figures that every run reports, with their intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)

from models.calibration import Decision
from models.scorer import FloatArray

Labels = NDArray[np.int8]

# What may decide between runs: of the figures below, those that say how well a model ranks or
# decides, and grow when it does so better.
BETTER_WHEN_HIGHER = (
    "precision_at_recall_80",
    "roc_auc",
    "average_precision",
    "average_precision_negative",
    "precision",
    "f1",
    "accuracy",
    "accuracy_at_half",
)
_RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % percentile bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def precision_at_recall(labels: Labels, probabilities: FloatArray, recall: float = 0.80) -> float:
    """The best precision of *positive* among the cuts that reach ``recall``."""
    precisions, recalls, _ = precision_recall_curve(labels, probabilities)
    return float(precisions[recalls >= recall].max())


def accuracy_at_half(labels: Labels, probabilities: FloatArray) -> float:
    """Share of right labels where the more probable one is said, whatever the threshold."""
    return float(np.mean((probabilities >= 0.5) == labels))


def evaluate(labels: Labels, probabilities: FloatArray, decision: Decision) -> dict[str, float]:
    """Every figure by name: at the decision threshold, over all thresholds, and of the band."""
    predicted = (probabilities >= decision.threshold).astype(np.int8)
    confident = (probabilities < decision.low) | (probabilities >= decision.high)
    confident_positive = probabilities >= decision.high
    return {
        "precision": float(precision_score(labels, predicted, zero_division=0)),
        "recall": float(recall_score(labels, predicted)),
        "f1": float(f1_score(labels, predicted)),
        "accuracy": float(accuracy_score(labels, predicted)),
        "accuracy_at_half": accuracy_at_half(labels, probabilities),
        "roc_auc": float(roc_auc_score(labels, probabilities)),
        "average_precision": float(average_precision_score(labels, probabilities)),
        "average_precision_negative": float(
            average_precision_score(1 - labels, 1.0 - probabilities)
        ),
        "precision_at_recall_80": precision_at_recall(labels, probabilities),
        "precision_at_recall_778": precision_at_recall(labels, probabilities, 0.778),
        "brier": float(np.mean((probabilities - labels) ** 2)),
        "confident_share": float(confident.mean()),
        "confident_positive_precision": float(labels[confident_positive].mean())
        if confident_positive.any()
        else 0.0,
    }


_WITH_INTERVAL: dict[str, Callable[[Labels, FloatArray], float]] = {
    "roc_auc": lambda labels, p: float(roc_auc_score(labels, p)),
    "average_precision": lambda labels, p: float(average_precision_score(labels, p)),
    "average_precision_negative": lambda labels, p: float(
        average_precision_score(1 - labels, 1.0 - p)
    ),
    "precision_at_recall_80": precision_at_recall,
    "precision_at_recall_778": lambda labels, p: precision_at_recall(labels, p, 0.778),
    "accuracy_at_half": accuracy_at_half,
}


def intervals(
    labels: Labels, probabilities: FloatArray, decision: Decision, seed: int
) -> dict[str, Interval]:
    """Bootstrap intervals (Efron, 1979) of the main figures over the rows."""
    predicted = (probabilities >= decision.threshold).astype(np.int8)
    figures: dict[str, tuple[Callable[..., float], NDArray[np.float32] | Labels]] = {
        "precision": (lambda y, p: float(precision_score(y, p, zero_division=0)), predicted),
        "accuracy": (lambda y, p: float(accuracy_score(y, p)), predicted),
        **{name: (figure, probabilities) for name, figure in _WITH_INTERVAL.items()},
    }
    found = {}
    for name, (figure, scores) in figures.items():
        result = bootstrap(
            (labels, scores),
            figure,
            paired=True,
            vectorized=False,
            n_resamples=_RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
        low, high = result.confidence_interval
        found[name] = Interval(figure(labels, scores), float(low), float(high))
    return found
