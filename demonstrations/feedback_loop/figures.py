"""Figures of champion and challenger on the same rows, with the interval of their difference."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.reader_shares import positive_probability
from training.data.sources import Tweets
from training.evaluation.metrics import Interval, Labels, accuracy_at_half, precision_at_recall
from training.markdown import markdown_table

_RESAMPLES = 1000
_FIGURES: dict[str, Callable[[Labels, FloatArray], float]] = {
    "ROC-AUC": lambda labels, p: float(roc_auc_score(labels, p)),
    "accuracy at 0.5": accuracy_at_half,
    "precision at recall 0.80": precision_at_recall,
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
    first, second = (
        positive_probability(load_model(folder, "onnx")[1].score(tweets.texts))
        for folder in (champion, challenger)
    )
    rows = f"{len(tweets):,} {name}"
    return [
        Comparison(
            rows,
            figure,
            of(tweets.labels, first),
            of(tweets.labels, second),
            _difference(of, tweets.labels, first, second),
        )
        for figure, of in _FIGURES.items()
    ]


def _difference(
    of: Callable[[Labels, FloatArray], float], labels: Labels, first: FloatArray, second: FloatArray
) -> Interval:
    """The difference with its 95 % percentile bootstrap interval over the rows (Efron, 1979)."""
    result = bootstrap(
        (labels, first, second),
        lambda y, a, b: of(y, b) - of(y, a),
        paired=True,
        vectorized=False,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(7),
    )
    low, high = result.confidence_interval
    return Interval(of(labels, second) - of(labels, first), float(low), float(high))


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
