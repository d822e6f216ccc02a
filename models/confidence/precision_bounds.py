"""Cuts of a score that are proven to keep a precision.

Precision depends on the share of positives in the traffic. At a cut with true positive rate T and
false positive rate F, and a share s of positives, precision is sT / (sT + (1 - s)F). Exact bounds
of both rates (C. Clopper & E. Pearson, 1934) therefore bound the precision at any share.
"""

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

_RECALLS = np.linspace(0.05, 0.95, 91)
# A sequence of tests begins at the highest cut that would pass with so many mistakes.
_MISTAKES_AT_START = (0, 3)
# Each of the two sequences may err with a risk of 0.05, split between the bounds of both rates. The
# false positive rate gets most of the risk, since false positives are rarer.
_TRUE_POSITIVE_RISK = 0.01
_FALSE_POSITIVE_RISK = 0.04


def precision_at_share(found: float, mistaken: float, share: float) -> float:
    """Precision of a label that ``share`` of the tweets have.

    ``found`` is the true positive rate and ``mistaken`` the false positive rate. One of them must
    be above 0.
    """
    return share * found / (share * found + (1 - share) * mistaken)


def lowest_safe_cut(
    scores: FloatArray, is_wanted: NDArray[np.bool_], precision: float, share: float
) -> float | None:
    """The lowest cut of ``scores``, shape (n,), that is proven to keep ``precision``.

    ``is_wanted``, shape (n,), marks the rows of the label. The proof holds with a probability of
    0.9 over the draw of the rows: if ``share`` of the tweets have the label, scores at or above the
    cut have the precision. Returns None if no cut is proven.

    Cuts are tested from a high cut down, and the first failure ends the sequence. All cuts together
    then err as seldom as one cut (fixed-sequence testing, here with two starts that share the risk:
    A. Angelopoulos et al., "Learn then test", 2021). Cuts are quantiles of the label's own scores,
    which tell nothing about mistakes on other rows.
    """
    wanted, others = np.sort(scores[is_wanted]), scores[~is_wanted]
    if not len(wanted) or not len(others):
        return None
    cuts = [float(wanted[len(wanted) - max(1, round(r * len(wanted)))]) for r in _RECALLS]
    found = [lower_bound(int((wanted >= cut).sum()), len(wanted)) for cut in cuts]

    def is_proven(index: int, mistakes: int) -> bool:
        if mistakes >= len(others) or not found[index]:
            return False
        mistaken = upper_bound(mistakes, len(others))
        return precision_at_share(found[index], mistaken, share) >= precision

    safe = []
    for mistakes_at_start in _MISTAKES_AT_START:
        indices = range(len(cuts))
        start = next((index for index in indices if is_proven(index, mistakes_at_start)), len(cuts))
        for index in indices[start:]:
            if not is_proven(index, int((others >= cuts[index]).sum())):
                break
            safe.append(cuts[index])
    return min(safe, default=None)


def lower_bound(count: int, rows: int) -> float:
    """Clopper and Pearson's lower bound of the rate of ``count`` in ``rows``, at a risk of 0.01."""
    from scipy.special import betaincinv

    return float(betaincinv(count, rows - count + 1, _TRUE_POSITIVE_RISK)) if count else 0.0


def upper_bound(count: int, rows: int) -> float:
    """Clopper and Pearson's upper bound of the rate of ``count`` in ``rows``, at a risk of 0.04.

    ``count`` must be less than ``rows``.
    """
    from scipy.special import betaincinv

    return float(betaincinv(count + 1, rows - count, 1 - _FALSE_POSITIVE_RISK))
