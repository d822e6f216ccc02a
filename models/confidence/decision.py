"""Where a probability becomes a label, and where the promised precision is not reached.

Precision depends on the share of positives in the traffic, so that a promise of precision names
one. At a cut with true positive rate T and false positive rate F, and a share s of positives,
precision is sT / (sT + (1 - s)F). Exact bounds of both rates (Clopper & Pearson, 1934) therefore
bound the precision at any share.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.family import NEGATIVE, POSITIVE

_BETA = 0.5
_STEP = 0.01
_RECALLS = np.linspace(0.05, 0.95, 91)
# Sequences begin at the highest cut at which so many mistakes would be forgiven.
_FORGIVEN_AT_START = (0, 3)
# Together the risk is 0.1. The rate of mistakes has most of it, as it is the rarer of the two.
_RISK_OF_FOUND = 0.01
_RISK_OF_MISTAKEN = 0.04


@dataclass(frozen=True)
class Promise:
    """Confident answers are right in ``precision`` of all cases, or in ``least`` at the least.

    A model promises the highest precision in between, by steps of 0.01, that it is proven to keep
    for ``coverage`` of the texts of a label; without one, the highest that it is proven to keep at
    all. The promise holds where at least ``share`` of the tweets have the label that is answered.
    """

    precision: float = 0.95
    least: float = 0.90
    share: float = 0.25
    coverage: float = 0.35

    @property
    def precisions(self) -> list[float]:
        """The precisions to try, falling."""
        steps = math.floor(round((self.precision - self.least) / _STEP, 4))
        return [round(self.precision - step * _STEP, 4) for step in range(max(0, steps) + 1)]


PROMISE = Promise()


@dataclass(frozen=True)
class Decision:
    """Where a probability becomes a label, and where a person should look.

    ``low <= p < high`` is the band of doubt. Where ``high`` is 1 no positive is confident, and
    where ``low`` is 0 no negative is. ``promised_positive`` and ``promised_negative`` are the
    precisions of confident answers of a label, at ``promised_share`` or more of it in the traffic;
    0 where none is confident. ``precision`` is that of the confident positives (p >= high) on the
    validation split at the promised share, 0 where there are none; ``coverage`` is their share of
    all true positives there.
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
        return probability >= self.threshold

    def is_confident(self, probability: float) -> bool:
        return probability < self.low or (self.high <= probability and self.high < 1)

    @property
    def promised_shares(self) -> dict[str, float]:
        """The promised share of each label that has confident answers."""
        promised = {"negative": self.promised_negative, "positive": self.promised_positive}
        return {label: self.promised_share for label, precision in promised.items() if precision}

    def confident_positives(self, probabilities: FloatArray) -> NDArray[np.bool_]:
        """Which of the probabilities, shape (n,), are confidently positive."""
        return (probabilities >= self.high) & (self.high < 1)

    def confident_negatives(self, probabilities: FloatArray) -> NDArray[np.bool_]:
        """Which of the probabilities, shape (n,), are confidently negative."""
        return probabilities < self.low


def choose_decision(
    probabilities: FloatArray, labels: NDArray[np.int8], promise: Promise = PROMISE
) -> Decision:
    """Threshold and band of doubt from a validation split.

    The threshold is the one that is best for F0.5 on the positive and negative rows; F0.5 weighs
    precision twice as much as recall. For calibrated probabilities it is F* / (1 + beta^2) with F*
    the best F-beta that can be had (Lipton, Elkan & Naryanaswamy, 2014), which varies far less than
    the cut that happens to be best on a small split.

    The band's upper end is the lowest cut that keeps the promised precision, as
    ``lowest_safe_cut`` proves it; its lower end mirrors this for the negatives. The threshold lies
    within the band. A neutral row is a mistake on both sides.
    """
    threshold = _best_threshold(probabilities, labels)
    is_positive, is_negative = labels == POSITIVE, labels == NEGATIVE
    promised_positive, cut = _best_promise(probabilities, is_positive, promise)
    high = 1.0 if cut is None else max(cut, threshold)
    promised_negative, mirrored = _best_promise(1.0 - probabilities, is_negative, promise)
    # The row at the cut is one of the confident negatives, which lie below the lower end.
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
    """The precision that is promised, and its cut; 0 and None where nothing is proven.

    To try several precisions adds little risk: a cut that is too low for one of them is most
    likely too low for the higher ones.
    """
    proven = []
    for precision in promise.precisions:
        cut = lowest_safe_cut(scores, is_wanted, precision, promise.share)
        if cut is not None:
            if (scores[is_wanted] >= cut).mean() >= promise.coverage:
                return precision, cut
            proven.append((precision, cut))
    return proven[0] if proven else (0.0, None)


def precision_at_share(found: float, mistaken: float, share: float) -> float:
    """Precision of a label that ``share`` of the tweets have.

    ``found``: true positive rate; ``mistaken``: false positive rate; not both 0.
    """
    return share * found / (share * found + (1 - share) * mistaken)


def lowest_safe_cut(
    scores: FloatArray, is_wanted: NDArray[np.bool_], precision: float, share: float
) -> float | None:
    """The lowest cut of ``scores``, shape (n,), that is proven to keep a precision, if any.

    With a probability of 0.9 over the draw of the rows, the answers at or above the cut have the
    precision where ``share`` of the tweets are wanted. Cuts are tested from a high one down. The
    first that fails ends the sequence, so that all of its cuts together err as seldom as one
    (fixed-sequence testing, here with two starts that share the risk: Angelopoulos et al., "Learn
    then test", 2021). The cuts are quantiles of the wanted rows' scores, which tell nothing of the
    other rows' mistakes.
    """
    wanted, others = np.sort(scores[is_wanted]), scores[~is_wanted]
    if not len(wanted) or not len(others):
        return None
    cuts = [float(wanted[len(wanted) - max(1, round(r * len(wanted)))]) for r in _RECALLS]
    found = [_lower_bound(int((wanted >= cut).sum()), len(wanted)) for cut in cuts]

    def is_proven(index: int, mistakes: int) -> bool:
        if mistakes >= len(others) or not found[index]:
            return False
        mistaken = _upper_bound(mistakes, len(others))
        return precision_at_share(found[index], mistaken, share) >= precision

    safe = []
    for forgiven in _FORGIVEN_AT_START:
        indices = range(len(cuts))
        start = next((index for index in indices if is_proven(index, forgiven)), len(cuts))
        for index in indices[start:]:
            if not is_proven(index, int((others >= cuts[index]).sum())):
                break
            safe.append(cuts[index])
    return min(safe, default=None)


def _lower_bound(count: int, rows: int) -> float:
    """Clopper & Pearson's lower bound of a rate."""
    from scipy.special import betaincinv

    return float(betaincinv(count, rows - count + 1, _RISK_OF_FOUND)) if count else 0.0


def _upper_bound(count: int, rows: int) -> float:
    """Clopper & Pearson's upper bound of a rate; ``count`` is less than ``rows``."""
    from scipy.special import betaincinv

    return float(betaincinv(count + 1, rows - count, 1 - _RISK_OF_MISTAKEN))


def _best_threshold(probabilities: FloatArray, labels: NDArray[np.int8]) -> float:
    from sklearn.metrics import precision_recall_curve

    sided = (labels == POSITIVE) | (labels == NEGATIVE)
    precision, recall, cuts = precision_recall_curve(
        labels[sided] == POSITIVE, probabilities[sided]
    )
    precision, recall = precision[:-1], recall[:-1]
    weight = _BETA**2
    f_beta = (1 + weight) * precision * recall / np.maximum(weight * precision + recall, 1e-12)
    # Where a small split is separated without fault, F* / (1 + beta^2) may lie above every score.
    best = int(np.argmax(f_beta))
    return min(float(f_beta[best]) / (1 + weight), float(cuts[best]))
