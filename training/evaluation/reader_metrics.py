"""Metrics of shares of readers, and of the promise with neutral texts as mistakes."""

from collections.abc import Mapping

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import recall_score, roc_auc_score

from models.arrays import FloatArray
from models.confidence.decision import Decision
from models.confidence.precision_bounds import precision_at_share
from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from models.reader_shares import positive_probability
from training.data.rated import RatedTexts
from training.evaluation.metrics import Labels

_LEAST_SHARE = 1e-7
_BINS = 10
# The label of each column of shares.
_COLUMNS = np.array([NEGATIVE, NEUTRAL, POSITIVE])


def evaluate_readers(rated: RatedTexts, shares: FloatArray, decision: Decision) -> dict[str, float]:
    """Figures of calibrated shares, shape (n, 3), on rated texts, by name.

    - ``log_loss``: cross-entropy against the raters' shares, in nats;
    - ``manhattan_distance``: mean sum of the absolute differences from the raters' shares, 0 to 2;
    - ``calibration_error``: expected calibration error of P(positive) against the mean of the
      raters, over ten bins of equally many texts;
    - ``spread_correlation``: Spearman's rank correlation of the predicted spread of readers with
      the standard deviation of the ratings, unless each text has a single rating;
    - the figures of ``evaluate_labels``.
    """
    probabilities = positive_probability(shares)
    return {
        "log_loss": float(-(rated.shares * np.log(np.maximum(shares, _LEAST_SHARE))).sum(1).mean()),
        "manhattan_distance": float(np.abs(rated.shares - shares).sum(1).mean()),
        "calibration_error": calibration_error(probabilities, positive_probability(rated.shares)),
        **_spread_correlation(shares, rated),
        **evaluate_labels(rated.labels, shares, decision),
    }


def _spread_correlation(shares: FloatArray, rated: RatedTexts) -> dict[str, float]:
    if np.ptp(rated.disagreement) == 0:
        return {}
    statistic = spearmanr(_spread(shares), rated.disagreement).statistic
    return {"spread_correlation": float(statistic)}


def evaluate_labels(labels: Labels, shares: FloatArray, decision: Decision) -> dict[str, float]:
    """Figures on labels of three classes, shape (n,), by name.

    - ``roc_auc``: of P(positive), of the positive and negative rows;
    - ``macro_recall``: mean recall of the three classes, by the largest share;
    - for confident positives and negatives: ``…_precision`` with neutral rows as mistakes,
      ``…_precision_of_sided`` without neutral rows, ``…_precision_at_promise`` at the promised
      share of the label, ``…_recall``, and ``…_share`` of all rows; 0 without a confident row.
    """
    probabilities = positive_probability(shares)
    sided = labels != NEUTRAL
    figures = {
        "rows": float(len(labels)),
        "roc_auc": float(roc_auc_score(labels[sided] == POSITIVE, probabilities[sided])),
        "macro_recall": float(
            recall_score(labels, _COLUMNS[shares.argmax(axis=1)], average="macro")
        ),
    }
    confident = {
        "positive": (decision.confident_positives(probabilities), POSITIVE),
        "negative": (decision.confident_negatives(probabilities), NEGATIVE),
    }
    for name, (chosen, label) in confident.items():
        of_label = _confident(chosen, labels, label, decision.promised_share)
        figures |= {f"confident_{name}_{figure}": value for figure, value in of_label.items()}
    return figures


def calibration_error(probabilities: FloatArray, actual: FloatArray) -> float:
    """Expected calibration error (Naeini, Cooper & Hauskrecht, 2015), both of shape (n,)."""
    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split(order, _BINS)
    gaps = [
        abs(float(probabilities[rows].mean() - actual[rows].mean())) * len(rows)
        for rows in bins
        if len(rows)
    ]
    return sum(gaps) / len(order)


def _confident(chosen: np.ndarray, labels: Labels, label: int, share: float) -> Mapping[str, float]:
    """Figures of the ``chosen`` rows, bool of shape (n,), which are answered with ``label``."""
    correct = labels == label
    recall, mistaken = float(chosen[correct].mean()), float(chosen[~correct].mean())
    sided = chosen & (labels != NEUTRAL)
    return {
        "precision": float(correct[chosen].mean()) if chosen.any() else 0.0,
        "precision_of_sided": float(correct[sided].mean()) if sided.any() else 0.0,
        "precision_at_promise": precision_at_share(recall, mistaken, share) if recall else 0.0,
        "recall": recall,
        "share": float(chosen.mean()),
    }


def _spread(shares: FloatArray) -> FloatArray:
    """Standard deviation of readers whose votes are -1, 0 and 1, shape (n,)."""
    mean = shares[:, 2] - shares[:, 0]
    spread: FloatArray = np.sqrt(np.maximum(shares[:, 2] + shares[:, 0] - mean**2, 0))
    return spread
