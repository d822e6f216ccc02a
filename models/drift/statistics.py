"""Statistics of drift between two histograms: its size (an index), its significance (a test)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.drift.reference import FEATURES, Reference

NOTABLE = 0.1
LARGE = 0.2
"""Customary bounds of the index: below 0.1 no drift, above 0.2 large drift."""

# Weight of the uniform distribution in both histograms: an empty bin of ten counts as 0.1 %.
_SMOOTHING = 0.01


@dataclass(frozen=True)
class Drift:
    """``psi``: population stability index, 0 or more; ``p_value``: of the chi-square test."""

    psi: float
    p_value: float


def stability_index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins, in nats.

    sum((a - e) * ln(a / e)) over the shares of the bins (N. Siddiqi, "Credit Risk Scorecards",
    2006). The index is the symmetrised Kullback-Leibler divergence (H. Jeffreys, 1946). Both
    histograms are mixed with a little of the uniform distribution: an empty bin then gives a finite
    index, and equal shares still give 0. For two samples of one distribution, of n and m values,
    the index is about (bins - 1) * (1/n + 1/m) (B. Yurdakul, "Statistical properties of population
    stability index", 2018).
    """
    e, a = _smooth_shares(expected), _smooth_shares(actual)
    return float(((a - e) * np.log(a / e)).sum())


def homogeneity_test(first: Sequence[int], second: Sequence[int]) -> float:
    """P-value of Pearson's chi-square test that two histograms are samples of one distribution.

    The Kolmogorov-Smirnov test would need the values themselves, which are not kept.
    """
    counts = np.array([first, second], dtype=np.float64)
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return 1.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    return _chi_square_tail(float(statistic), counts.shape[1] - 1)


def drift(expected: Sequence[int], actual: Sequence[int]) -> Drift:
    """Index and p-value of two histograms over the same bins. Neither may be empty."""
    return Drift(stability_index(expected, actual), homogeneity_test(expected, actual))


def compare(reference: Reference, counts: Mapping[str, Sequence[int]]) -> dict[str, Drift]:
    """Drift of each feature from the reference. ``counts``: result of ``Binner.count``."""
    return {name: drift(reference.histograms[name].counts, counts[name]) for name in FEATURES}


def _chi_square_tail(statistic: float, freedom: int) -> float:
    """P(X > ``statistic``) for a chi-square variable with ``freedom`` degrees of freedom.

    A finite sum, see M. Abramowitz & I. Stegun, "Handbook of mathematical functions", 1964, 26.4.4
    and 26.4.5.
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
