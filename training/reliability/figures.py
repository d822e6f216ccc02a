"""Figures of a champion on texts that it was not trained on."""

from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray
from models.confidence.decision import Decision, choose_decision
from models.confidence.promise import Promise
from models.reader_shares import positive_probability
from training.data.rated import SOURCES, RatedTexts
from training.evaluation.reader_metrics import evaluate_labels, evaluate_readers

Figures = dict[str, float]
_RESPLITS = 100


@dataclass(frozen=True)
class Resplits:
    """Outcomes of ``halves`` random resplits, by label.

    ``broken``: halves on which confident answers were less precise than promised. ``silent``:
    halves without a confident answer.
    """

    halves: int
    broken: dict[str, int]
    silent: dict[str, int]


def figures_of_rated(
    rated: RatedTexts, shares: FloatArray, decision: Decision
) -> dict[str, Figures]:
    """Figures of ``evaluate_readers`` on all rated texts and on those of each source.

    ``shares``: calibrated shares of the texts, shape (n, 3).
    """
    figures = {"all sources": evaluate_readers(rated, shares, decision)}
    for source in SOURCES:
        rows = [row for row, name in enumerate(rated.sources) if name == source]
        figures[source] = evaluate_readers(rated.take(rows), shares[rows], decision)
    return figures


def resplit(
    shares: FloatArray, rated: RatedTexts, promise: Promise, count: int = _RESPLITS
) -> Resplits:
    """Choose the band of doubt on a random half of the texts, check its promise on the other half.

    ``shares``: calibrated shares of the texts, shape (n, 3), by a model that was not trained on
    them. The check is on precision at the promised share of the label. ``count`` resplits.
    """
    broken = {"positive": 0, "negative": 0}
    silent = dict(broken)
    for seed in range(count):
        order = np.random.default_rng(seed).permutation(len(rated))
        first, second = np.array_split(order, 2)
        probabilities = positive_probability(shares)
        decision = choose_decision(probabilities[first], rated.labels[first], promise)
        figures = evaluate_labels(rated.labels[second], shares[second], decision)
        for label in broken:
            silent[label] += not figures[f"confident_{label}_recall"]
            precision = figures[f"confident_{label}_precision_at_promise"]
            promised = {
                "positive": decision.promised_positive,
                "negative": decision.promised_negative,
            }
            broken[label] += 0 < precision < promised[label]
    return Resplits(count, broken, silent)
