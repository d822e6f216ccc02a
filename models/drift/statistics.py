"""How far one histogram is from another: an index says how much, a test says whether at all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.drift.reference import FEATURES, Reference

NOTABLE = 0.1
LARGE = 0.2
"""Customary bounds of the index: below 0.1 nothing has moved, above 0.2 it is worth a look."""

# Share of an even spread that is mixed into both sides: an empty bin of ten counts as 0.1 %.
_SMOOTHING = 0.01


@dataclass(frozen=True)
class Drift:
    """``psi``: population stability index, 0 or more; ``p_value``: of the chi-square test."""

    psi: float
    p_value: float


def stability_index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins, in nats.

    sum((a - e) * ln(a / e)) over the shares of the bins (N. Siddiqi, "Credit Risk Scorecards",
    2006); it is the symmetrised Kullback-Leibler divergence (H. Jeffreys, 1946). Both sides are
    mixed with a little of an even spread, so that an empty bin gives a finite figure and equal
    shares still give 0. Where nothing moved, it is about (bins - 1) * (1/n + 1/m) for samples of
    n and m values (B. Yurdakul, "Statistical properties of population stability index", 2018).
    """
    e, a = _smooth_shares(expected), _smooth_shares(actual)
    return float(((a - e) * np.log(a / e)).sum())


def homogeneity_test(first: Sequence[int], second: Sequence[int]) -> float:
    """P-value of Pearson's chi-square test that two histograms are samples of one distribution.

    The Kolmogorov-Smirnov test needs the values themselves, which are kept on neither side.
    """
    counts = np.array([first, second], dtype=np.float64)
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return 1.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    return _chi_square_tail(float(statistic), counts.shape[1] - 1)


def drift(expected: Sequence[int], actual: Sequence[int]) -> Drift:
    """Both figures of two histograms over the same bins, each of one value or more."""
    return Drift(stability_index(expected, actual), homogeneity_test(expected, actual))


def compare(reference: Reference, counts: Mapping[str, Sequence[int]]) -> dict[str, Drift]:
    """Each feature's drift from the reference; ``counts`` as ``Binner.count`` gives them."""
    return {name: drift(reference.histograms[name].counts, counts[name]) for name in FEATURES}


def _chi_square_tail(statistic: float, freedom: int) -> float:
    """Probability of more than ``statistic``; a finite sum where the freedom is a whole number.

    M. Abramowitz & I. Stegun, "Handbook of mathematical functions", 1964, 26.4.4 and 26.4.5.
    """
    half = statistic / 2
    if half == 0:
        return 1.0
    odd = freedom % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    powers = (step + odd / 2 for step in range((freedom + odd) // 2 - odd))
    return tail + sum(math.exp(k * math.log(half) - half - math.lgamma(k + 1)) for k in powers)


def _smooth_shares(counts: Sequence[int]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.array(counts, dtype=np.float64)
    values *= (1 - _SMOOTHING) / values.sum()
    values += _SMOOTHING / len(values)
    return values
