"""Figures of champion and challenger on the same rows, with the interval of their difference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import bootstrap
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.reader_shares import positive_probability
from training.data.sources import Tweets
from training.evaluation.metrics import Interval, Labels, accuracy_at_half
from training.markdown import markdown_table

_RESAMPLES = 1000
_Figure = Callable[[Labels, FloatArray, float], float]
# Of labels, P(positive) and the decision threshold of the model.
_FIGURES: dict[str, _Figure] = {
    "ROC-AUC": lambda labels, p, threshold: float(roc_auc_score(labels, p)),
    "accuracy at 0.5": lambda labels, p, threshold: accuracy_at_half(labels, p),
    "Brier score (lower is better)": lambda labels, p, threshold: float(np.mean((p - labels) ** 2)),
    "precision of *positive*": lambda labels, p, threshold: float(
        precision_score(labels, p >= threshold, zero_division=0)
    ),
    "recall of *positive*": lambda labels, p, threshold: float(
        recall_score(labels, p >= threshold)
    ),
}


@dataclass(frozen=True)
class Comparison:
    """A figure of both models. ``difference``: challenger minus champion, paired by row."""

    rows: str
    name: str
    champion: float
    challenger: float
    difference: Interval


def compare(name: str, tweets: Tweets, champion: Path, challenger: Path) -> list[Comparison]:
    """Each figure of the models in two folders on the positive and negative ``tweets``."""
    scores, thresholds = [], []
    for folder in (champion, challenger):
        manifest, scorer = load_model(folder, "onnx")
        scores.append(positive_probability(scorer.score(tweets.texts)))
        thresholds.append(manifest.decision.threshold)
    comparisons = []
    for figure, of in _FIGURES.items():
        first, second = (
            of(tweets.labels, p, threshold) for p, threshold in zip(scores, thresholds, strict=True)
        )
        low, high = _interval(of, tweets.labels, scores, thresholds)
        difference = Interval(second - first, low, high)
        rows = f"{len(tweets):,} {name}"
        comparisons.append(Comparison(rows, figure, first, second, difference))
    return comparisons


def _interval(
    of: _Figure, labels: Labels, scores: Sequence[FloatArray], thresholds: Sequence[float]
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the difference over the rows (Efron, 1979)."""
    result = bootstrap(
        (labels, *scores),
        lambda y, a, b: of(y, b, thresholds[1]) - of(y, a, thresholds[0]),
        paired=True,
        vectorized=False,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(7),
    )
    low, high = result.confidence_interval
    return float(low), float(high)


def comparison_table(comparisons: list[Comparison]) -> str:
    """A row for each figure."""
    return markdown_table(
        ("rows", "figure", "champion", "challenger", "difference [95 % interval]"),
        [
            (
                each.rows,
                each.name,
                f"{each.champion:.3f}",
                f"{each.challenger:.3f}",
                _signed(each.difference),
            )
            for each in comparisons
        ],
        2,
    )


def _signed(difference: Interval) -> str:
    value, low, high = difference.value, difference.low, difference.high
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"
