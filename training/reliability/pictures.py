"""Pictures of the reliability document."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.confidence.decision import Decision
from models.confidence.precision_bounds import precision_at_share
from models.examples import NEGATIVE, POSITIVE

_FEWEST = 20


@dataclass(frozen=True)
class Scored:
    """P(positive) and labels of texts, both of shape (n,), and the decision of their model."""

    probabilities: FloatArray
    labels: NDArray[np.int8]
    decision: Decision


def draw_risk_coverage(scored: Mapping[str, Scored], title: str) -> Figure:
    """Precision of positives at the promised share against their recall, for every cut.

    Neutral rows count as mistakes. A dot marks the upper end of each model's band of doubt, a
    dotted line each promised precision.
    """
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, model in scored.items():
        recall, precision = _curve(model)
        (line,) = axes.plot(recall, precision, label=name)
        chosen = model.decision.confident_positives(model.probabilities)
        positive = model.labels == POSITIVE
        if chosen.any():
            rates = float(chosen[positive].mean()), float(chosen[~positive].mean())
            axes.plot(
                rates[0],
                precision_at_share(*rates, model.decision.promised_share),
                marker="o",
                color=line.get_color(),
            )
    share = next(iter(scored.values())).decision.promised_share
    for promised in sorted({model.decision.promised_positive for model in scored.values()}):
        axes.axhline(promised, color="grey", linestyle=":", linewidth=1)
    axes.set(
        xlabel="share of the positives that are answered confidently (coverage)",
        ylabel=f"precision where {share:.0%} are positive (1 - risk)",
        xlim=(0, 1.01),
        ylim=(0.6, 1.005),
        title=title,
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    return figure


def draw_reliability(scored: Mapping[str, Scored], title: str) -> Figure:
    """Share of positive labels against mean P(positive), in ten bins of equally many texts."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfectly calibrated")
    for name, model in scored.items():
        bins = np.array_split(np.argsort(model.probabilities, kind="stable"), 10)
        # A neutral label counts as half, as a neutral reader does.
        actual = np.where(
            model.labels == POSITIVE, 1.0, np.where(model.labels == NEGATIVE, 0.0, 0.5)
        )
        axes.plot(
            [model.probabilities[rows].mean() for rows in bins],
            [actual[rows].mean() for rows in bins],
            marker="o",
            markersize=4,
            label=name,
        )
    axes.set(xlabel="P(positive)", ylabel="share of positives, neutral as half", title=title)
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return figure


def _curve(scored: Scored) -> tuple[list[float], list[float]]:
    """Recall and precision at the promised share of every cut with 20 answers or more."""
    positive = scored.labels == POSITIVE
    recalls, precisions = [], []
    for cut in np.unique(scored.probabilities)[::-1]:
        chosen = scored.probabilities >= cut
        if chosen.sum() < _FEWEST:
            continue
        recall, mistaken = float(chosen[positive].mean()), float(chosen[~positive].mean())
        if recall:
            recalls.append(recall)
            precisions.append(precision_at_share(recall, mistaken, scored.decision.promised_share))
    return recalls, precisions
