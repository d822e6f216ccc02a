"""Curves of a model on the test split, as lists of at most 101 points."""

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve

from models.arrays import FloatArray
from training.evaluation.metrics import Labels

Curve = dict[str, list[float]]
_POINTS = 101
_BINS = 10


def precision_recall_points(labels: Labels, probabilities: FloatArray) -> Curve:
    """The highest precision at each of 101 recalls from 0 to 1."""
    precision, recall, _ = precision_recall_curve(labels, probabilities)
    recalls = np.linspace(0, 1, _POINTS)
    best = [float(precision[recall >= least].max()) for least in recalls]
    return {"recall": recalls.round(2).tolist(), "precision": np.round(best, 4).tolist()}


def reliability_points(labels: Labels, probabilities: FloatArray) -> Curve:
    """Share of positives against the mean probability, in ten bins of equally many tweets."""
    share, mean = calibration_curve(labels, probabilities, n_bins=_BINS, strategy="quantile")
    return {"probability": mean.round(4).tolist(), "positive": share.round(4).tolist()}
