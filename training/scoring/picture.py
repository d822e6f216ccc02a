"""The picture of a bulk scoring's probabilities."""

from typing import TYPE_CHECKING

import numpy as np

from training.scoring.summary import BINS, Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_distribution(summary: Summary, model: str) -> "Figure":
    """Rows by probability of positive. ``model``: name and version, for the title."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.bar(np.arange(BINS) / BINS, summary.distribution, width=1 / BINS, align="edge")
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability of positive")
    axes.set_ylabel("rows")
    axes.set_title(f"{summary.rows:,} rows, {model}")
    return figure
