"""Metrics of two-class tweets, which every run reports, and their bootstrap intervals."""

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

from models.arrays import FloatArray
from models.confidence.decision import Decision

Labels = NDArray[np.int8]
"""Labels 1 (positive) and 0 (negative), shape (n,)."""

# Metrics by which promotion may compare runs.
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
    """The highest precision of *positive* among the cuts whose recall is at least ``recall``."""
    precisions, recalls, _ = precision_recall_curve(labels, probabilities)
    return float(precisions[recalls >= recall].max())


def accuracy_at_half(labels: Labels, probabilities: FloatArray) -> float:
    """Accuracy at threshold 0.5."""
    return float(np.mean((probabilities >= 0.5) == labels))


def _of_predicted(
    figure: Callable[..., float], **options: float
) -> Callable[[Labels, FloatArray, Decision], float]:
    """A metric of the labels at the decision threshold."""
    return lambda labels, p, decision: figure(labels, p >= decision.threshold, **options)


def _confident_positive_precision(
    labels: Labels, probabilities: FloatArray, decision: Decision
) -> float:
    confident = labels[decision.confident_positives(probabilities)]
    return float(confident.mean()) if len(confident) else 0.0


_FIGURES: dict[str, Callable[[Labels, FloatArray, Decision], float]] = {
    "precision": _of_predicted(precision_score, zero_division=0),
    "recall": _of_predicted(recall_score),
    "f1": _of_predicted(f1_score),
    "accuracy": _of_predicted(accuracy_score),
    "accuracy_at_half": lambda labels, p, _: accuracy_at_half(labels, p),
    "roc_auc": lambda labels, p, _: roc_auc_score(labels, p),
    "average_precision": lambda labels, p, _: average_precision_score(labels, p),
    "average_precision_negative": lambda labels, p, _: average_precision_score(1 - labels, 1.0 - p),
    "precision_at_recall_80": lambda labels, p, _: precision_at_recall(labels, p),
    "precision_at_recall_778": lambda labels, p, _: precision_at_recall(labels, p, 0.778),
    "brier": lambda labels, p, _: float(np.mean((p - labels) ** 2)),
    "confident_share": lambda _, p, d: float(
        np.mean(d.confident_positives(p) | d.confident_negatives(p))
    ),
    "confident_positive_precision": _confident_positive_precision,
}


def evaluate(labels: Labels, probabilities: FloatArray, decision: Decision) -> dict[str, float]:
    """Every metric by name: at the decision threshold, over all thresholds, and by the band."""
    return {
        name: float(figure(labels, probabilities, decision)) for name, figure in _FIGURES.items()
    }


def intervals(
    labels: Labels, probabilities: FloatArray, decision: Decision, seed: int
) -> dict[str, Interval]:
    """Every metric with its bootstrap interval over the rows (Efron, 1979)."""
    by_name = {}
    for name, value in evaluate(labels, probabilities, decision).items():
        result = bootstrap(
            (labels, probabilities),
            lambda y, p, figure=_FIGURES[name]: figure(y, p, decision),
            paired=True,
            vectorized=False,
            n_resamples=_RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
        low, high = result.confidence_interval
        by_name[name] = Interval(value, float(low), float(high))
    return by_name
