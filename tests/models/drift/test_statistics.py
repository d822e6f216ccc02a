import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from models.drift.statistics import homogeneity_test, stability_index

BINS = st.integers(2, 12)


@st.composite
def histograms(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Two histograms over the same bins, neither empty."""
    bins = draw(BINS)
    counts = st.lists(st.integers(0, 5000), min_size=bins, max_size=bins).filter(any)
    return draw(counts), draw(counts)


@given(histograms(), st.integers(1, 50))
def test_equal_shares_have_no_drift(pair: tuple[list[int], list[int]], times: int) -> None:
    counts, _ = pair
    assert stability_index(counts, [times * count for count in counts]) == pytest.approx(0)
    assert homogeneity_test(counts, [times * count for count in counts]) == pytest.approx(1)


@given(histograms())
def test_the_index_is_finite_symmetric_and_never_negative(
    pair: tuple[list[int], list[int]],
) -> None:
    first, second = pair
    index = stability_index(first, second)
    assert 0 <= index < 10
    assert index == pytest.approx(stability_index(second, first))


@given(histograms(), st.floats(0, 1), st.floats(0, 1))
def test_the_index_grows_with_the_shift(
    pair: tuple[list[int], list[int]], one: float, other: float
) -> None:
    # Counts so large that rounding does not matter.
    share, target = (np.array(counts) / sum(counts) for counts in pair)
    less, more = sorted((one, other))
    indices = [
        stability_index(
            np.round(share * 10**9).astype(int).tolist(),
            np.round(((1 - moved) * share + moved * target) * 10**9).astype(int).tolist(),
        )
        for moved in (less, more)
    ]
    assert indices[0] <= indices[1] + 1e-6


def test_the_index_of_two_bins_is_its_formula() -> None:
    # A tenth of the values moves to the second bin. Smoothing changes the index by under 3 %.
    expected = (0.5 - 0.6) * np.log(0.5 / 0.6) + (0.5 - 0.4) * np.log(0.5 / 0.4)
    assert stability_index([600, 400], [500, 500]) == pytest.approx(expected, rel=0.03)


@given(histograms())
def test_the_homogeneity_test_gives_scipys_p_value(pair: tuple[list[int], list[int]]) -> None:
    table = np.array(pair)
    table = table[:, table.sum(axis=0) > 0]
    expected = chi2_contingency(table, correction=False).pvalue if table.shape[1] > 1 else 1.0
    assert homogeneity_test(*pair) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_samples_of_one_distribution_have_a_low_index() -> None:
    generator = np.random.default_rng(3)
    shares = np.full(10, 0.1)
    reference = generator.multinomial(550, shares).tolist()
    samples = [generator.multinomial(200, shares).tolist() for _ in range(500)]
    indices = [stability_index(reference, sample) for sample in samples]
    # The smallest live window against the smallest reference: below the bound of large drift.
    assert max(indices) < 0.2
    # Yurdakul's mean of the index for two samples: (bins - 1) * (1/n + 1/m).
    assert np.mean(indices) == pytest.approx(9 * (1 / 550 + 1 / 200), rel=0.5)
