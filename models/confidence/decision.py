"""The decision: the threshold of the label, and the band without confident answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.confidence.precision_bounds import lowest_safe_cut, precision_at_share
from models.confidence.promise import PROMISE, Promise
from models.examples import NEGATIVE, POSITIVE

_BETA = 0.5


@dataclass(frozen=True)
class Decision:
    """Threshold of the label, and the band of probabilities without a confident answer.

    The band is ``low <= p < high``. If ``high`` is 1, no positive answer is confident. If ``low``
    is 0, no negative answer is confident.

    ``promised_positive`` and ``promised_negative`` are the promised precisions of confident answers
    of a label. The promise holds if at least ``promised_share`` of the tweets have the label. The
    promised precision is 0 if no answer of the label is confident.

    ``precision`` is the precision of confident positives on the validation split at the promised
    share, 0 without confident positives. ``coverage`` is the share of the split's positives that
    are answered confidently.
    """

    threshold: float
    low: float
    high: float
    precision: float
    coverage: float
    promised_positive: float = PROMISE.precision
    promised_negative: float = PROMISE.precision
    promised_share: float = PROMISE.share

    def is_positive(self, probability: float) -> bool:
        """Whether the label is positive."""
        return probability >= self.threshold

    def is_confident(self, probability: float) -> bool:
        """Whether the probability lies outside of the band."""
        return probability < self.low or (self.high <= probability and self.high < 1)

    @property
    def promised_shares(self) -> dict[str, float]:
        """The promised share, by label. Labels without confident answers are left out."""
        promised = {"negative": self.promised_negative, "positive": self.promised_positive}
        return {label: self.promised_share for label, precision in promised.items() if precision}

    def confident_positives(self, probabilities: FloatArray) -> NDArray[np.bool_]:
        """Mask of the confident positives among ``probabilities``, both of shape (n,)."""
        return (probabilities >= self.high) & (self.high < 1)

    def confident_negatives(self, probabilities: FloatArray) -> NDArray[np.bool_]:
        """Mask of the confident negatives among ``probabilities``, both of shape (n,)."""
        return probabilities < self.low


def choose_decision(
    probabilities: FloatArray, labels: NDArray[np.int8], promise: Promise = PROMISE
) -> Decision:
    """Threshold and band from P(positive), shape (n,), and the labels, (n,), of a validation split.

    The threshold maximises F0.5, which weighs precision twice as much as recall, on positive and
    negative rows. For calibrated probabilities the threshold is F* / (1 + beta^2), where F* is the
    maximum of F-beta (Z. Lipton, C. Elkan & B. Naryanaswamy, 2014). On a small split this figure
    varies far less than the cut that reaches the maximum.

    The upper end of the band is the lowest cut that is proven to keep the promised precision, see
    ``lowest_safe_cut``. The lower end is its mirror image for negatives. The threshold lies within
    the band. A neutral row is a mistake on both sides.
    """
    threshold = _best_threshold(probabilities, labels)
    is_positive, is_negative = labels == POSITIVE, labels == NEGATIVE
    promised_positive, cut = _best_promise(probabilities, is_positive, promise)
    high = 1.0 if cut is None else max(cut, threshold)
    promised_negative, mirrored = _best_promise(1.0 - probabilities, is_negative, promise)
    # The row at the cut is a confident negative: the lower end is the next float above its score.
    boundary = None if mirrored is None else probabilities[1.0 - probabilities >= mirrored].max()
    low = 0.0 if boundary is None else min(float(np.nextafter(boundary, np.float32(1))), threshold)
    chosen = (probabilities >= high) & (high < 1)
    found, mistaken = float(chosen[is_positive].mean()), float(chosen[~is_positive].mean())
    return Decision(
        threshold=threshold,
        low=low,
        high=high,
        precision=precision_at_share(found, mistaken, promise.share) if found else 0.0,
        coverage=found,
        promised_positive=promised_positive,
        promised_negative=promised_negative,
        promised_share=promise.share,
    )


def _best_promise(
    scores: FloatArray, is_wanted: NDArray[np.bool_], promise: Promise
) -> tuple[float, float | None]:
    """The promised precision and its cut, or 0 and None if no precision is proven.

    Trying several precisions adds little risk: a cut that is too low for one precision is most
    likely too low for the higher precisions.
    """
    proven = []
    for precision in promise.precisions:
        cut = lowest_safe_cut(scores, is_wanted, precision, promise.share)
        if cut is not None:
            if (scores[is_wanted] >= cut).mean() >= promise.coverage:
                return precision, cut
            proven.append((precision, cut))
    return proven[0] if proven else (0.0, None)


def _best_threshold(probabilities: FloatArray, labels: NDArray[np.int8]) -> float:
    from sklearn.metrics import precision_recall_curve

    sided = (labels == POSITIVE) | (labels == NEGATIVE)
    precision, recall, cuts = precision_recall_curve(
        labels[sided] == POSITIVE, probabilities[sided]
    )
    precision, recall = precision[:-1], recall[:-1]
    weight = _BETA**2
    f_beta = (1 + weight) * precision * recall / np.maximum(weight * precision + recall, 1e-12)
    # On a small split without any mistake, F* / (1 + beta^2) may lie above every score.
    best = int(np.argmax(f_beta))
    return min(float(f_beta[best]) / (1 + weight), float(cuts[best]))
