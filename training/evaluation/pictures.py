"""Pictures of one model on the test split."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay

from models.arrays import FloatArray
from models.confidence.decision import Decision


def draw_confusion_matrix(
    labels: NDArray[np.int8], probabilities: FloatArray, decision: Decision
) -> Figure:
    """The confusion matrix at the decision threshold; both arrays of shape (n,)."""
    figure = Figure(figsize=(4.5, 4), layout="constrained")
    axes = figure.subplots()
    ConfusionMatrixDisplay.from_predictions(
        labels,
        (probabilities >= decision.threshold).astype(np.int8),
        display_labels=["negative", "positive"],
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
    axes.set_title(f"Test split, threshold {decision.threshold:.2f}")
    return figure


def draw_precision_recall(labels: NDArray[np.int8], probabilities: FloatArray) -> Figure:
    """The precision-recall curve of *positive*; both arrays of shape (n,)."""
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    PrecisionRecallDisplay.from_predictions(labels, probabilities, ax=axes, plot_chance_level=True)
    axes.set_title("Test split, positive class")
    axes.grid(alpha=0.3)
    return figure
