from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import binomtest, norm

from models.arrays import FloatArray
from models.confidence.decision import Decision, choose_decision
from models.confidence.precision_bounds import (
    lower_bound,
    lowest_safe_cut,
    precision_at_share,
    upper_bound,
)
from models.confidence.promise import PROMISE, Promise
from models.examples import NEGATIVE, NEUTRAL, POSITIVE

Sample = tuple[FloatArray, NDArray[np.int8]]

# Mean log-odds of each label in a simulated population. The standard deviation is 1.
_MEANS = {POSITIVE: 2.8, NEUTRAL: 0.0, NEGATIVE: -2.8}
_ROWS = {POSITIVE: 300, NEUTRAL: 200, NEGATIVE: 400}


def draw(seed: int, rows: dict[int, int] = _ROWS, means: dict[int, float] = _MEANS) -> Sample:
    """Probabilities and labels of a sample with ``rows`` of each label."""
    generator = np.random.default_rng(seed)
    labels = np.repeat(list(rows), list(rows.values())).astype(np.int8)
    log_odds = generator.normal(0, 1, len(labels)) + [means[label] for label in labels.tolist()]
    return expit(log_odds).astype(np.float32), labels


def calibrated(rows: int, scale: float, seed: int) -> Sample:
    """Calibrated probabilities, and labels drawn by them. A larger scale separates better."""
    generator = np.random.default_rng(seed)
    probabilities = expit(generator.normal(0, scale, rows))
    labels = generator.random(rows) < probabilities
    return probabilities.astype(np.float32), labels.astype(np.int8)


def true_precision(label: int, cut: float, share: float) -> float:
    """Precision of confident answers of a label in the population, at a cut."""

    def rate(other: int) -> float:
        distance = logit(cut) - _MEANS[other]
        return float(norm.sf(distance) if label == POSITIVE else norm.cdf(distance))

    others = {other: rows for other, rows in _ROWS.items() if other != label}
    mistaken = sum(rate(other) * rows for other, rows in others.items()) / sum(others.values())
    return precision_at_share(rate(label), mistaken, share)


def test_promises_are_broken_in_at_most_a_tenth_of_the_samples() -> None:
    draws = 200
    found = [choose_decision(*draw(seed)) for seed in range(draws)]
    sides = {
        POSITIVE: [(decision.high, decision.promised_positive) for decision in found],
        NEGATIVE: [(decision.low, decision.promised_negative) for decision in found],
    }
    for label, promises in sides.items():
        made = [(cut, promised) for cut, promised in promises if promised]
        broken = sum(true_precision(label, cut, 0.25) < promised for cut, promised in made)
        # The risk of 0.1, and a margin that chance exceeds in 1 of 100 runs of 200 draws.
        assert broken <= 0.1 * draws + 2.33 * np.sqrt(draws * 0.1 * 0.9)
        # A model that promises nothing would break no promise.
        assert len(made) > 0.9 * draws
        assert len({promised for _, promised in made} & set(PROMISE.precisions)) > 1


_SEPARATED = {POSITIVE: 9.0, NEUTRAL: 0.0, NEGATIVE: -9.0}


@pytest.mark.parametrize(
    ("rows", "positive", "negative"),
    [
        ({POSITIVE: 1, NEUTRAL: 200, NEGATIVE: 800}, 0, 0.95),
        ({POSITIVE: 800, NEUTRAL: 2, NEGATIVE: 4}, 0, 0.95),
        ({POSITIVE: 800, NEUTRAL: 200, NEGATIVE: 1}, 0.95, 0),
        ({POSITIVE: 4, NEUTRAL: 2, NEGATIVE: 800}, 0.95, 0),
        ({POSITIVE: 20, NEUTRAL: 0, NEGATIVE: 20}, 0, 0),
        (_ROWS, 0.95, 0.95),
    ],
)
def test_too_few_rows_of_a_label_or_of_the_others_give_no_promise(
    rows: dict[int, int], positive: float, negative: float
) -> None:
    probabilities, labels = draw(1, rows, _SEPARATED)
    decision = choose_decision(probabilities, labels)
    assert (decision.promised_positive, decision.promised_negative) == (positive, negative)
    assert (decision.high < 1) is (positive > 0)
    assert (decision.low > 0) is (negative > 0)
    assert (decision.coverage > 0.9) is (positive > 0)
    assert (decision.precision > 0.95) is (positive > 0)
    assert decision.confident_positives(probabilities).any() == (positive > 0)
    assert decision.confident_negatives(probabilities).any() == (negative > 0)


def fixed_promise(precision: float, share: float = PROMISE.share) -> Promise:
    """A promise of this precision alone."""
    return Promise(precision, precision, share)


@pytest.mark.parametrize("coverage", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_the_highest_precision_of_enough_coverage_is_promised(coverage: float) -> None:
    sample = draw(7)
    promise = Promise(0.99, 0.80, 0.25, coverage)
    # Each proven precision and its coverage.
    proven = [
        (precision, decision.coverage)
        for precision in promise.precisions
        if (decision := choose_decision(*sample, fixed_promise(precision))).promised_positive
    ]
    assert len(proven) > 5
    enough = [precision for precision, found in proven if found >= coverage]
    expected = enough[0] if enough else proven[0][0]
    assert choose_decision(*sample, promise).promised_positive == expected
    assert choose_decision(*sample, promise).coverage == dict(proven)[expected]


@pytest.mark.parametrize(
    ("precision", "least", "precisions"),
    [
        (0.95, 0.90, [0.95, 0.94, 0.93, 0.92, 0.91, 0.9]),
        (0.999, 0.98, [0.999, 0.989]),
        (0.95, 0.95, [0.95]),
        (0.90, 0.95, [0.9]),
    ],
)
def test_precisions_fall_in_steps_to_the_least(
    precision: float, least: float, precisions: list[float]
) -> None:
    assert Promise(precision, least).precisions == precisions


def test_negatives_are_treated_like_positives() -> None:
    probabilities, labels = draw(2)
    mirrored = np.array([POSITIVE, NEGATIVE, NEUTRAL], dtype=np.int8)[labels]
    original = choose_decision(probabilities, labels)
    mirror = choose_decision(1 - probabilities, mirrored)
    assert original.confident_positives(probabilities).sum() > 100
    assert original.confident_negatives(probabilities).sum() > 100
    for one, other in (
        (
            original.confident_positives(probabilities),
            mirror.confident_negatives(1 - probabilities),
        ),
        (
            original.confident_negatives(probabilities),
            mirror.confident_positives(1 - probabilities),
        ),
    ):
        # 1 - p of a float32 near 0 or 1 is rounded.
        assert (one != other).sum() <= 1


def test_neutral_rows_are_mistakes_on_both_sides_and_leave_the_threshold() -> None:
    probabilities, labels = draw(3)
    sided = labels != NEUTRAL
    without = choose_decision(probabilities[sided], labels[sided])
    # The neutral rows get probabilities from the whole range.
    spread_out = probabilities.copy()
    spread_out[~sided] = expit(np.linspace(-6, 6, (~sided).sum()))
    among = choose_decision(spread_out, labels)
    assert among.low < without.low < without.high < among.high
    assert among.threshold == without.threshold


def test_a_promise_for_a_larger_share_has_a_narrower_band() -> None:
    sample = draw(4)
    quarter, half = (choose_decision(*sample, fixed_promise(0.95, share)) for share in (0.25, 0.5))
    assert quarter.low < half.low
    assert half.high < quarter.high
    assert half.coverage > quarter.coverage
    assert (quarter.promised_share, half.promised_share) == (0.25, 0.5)


def test_a_lower_promise_has_a_narrower_band() -> None:
    sample = draw(4)
    strict, lax = (choose_decision(*sample, fixed_promise(p)) for p in (0.9, 0.8))
    assert strict.low < lax.low
    assert lax.high < strict.high
    assert (strict.promised_positive, lax.promised_positive) == (0.9, 0.8)


def test_precision_and_coverage_are_those_of_the_rows() -> None:
    probabilities, labels = draw(5)
    decision = choose_decision(probabilities, labels)
    chosen = probabilities >= decision.high
    found, mistaken = chosen[labels == POSITIVE].mean(), chosen[labels != POSITIVE].mean()
    assert decision.coverage == pytest.approx(found)
    assert decision.precision == pytest.approx(0.25 * found / (0.25 * found + 0.75 * mistaken))
    assert decision.precision > decision.promised_positive > 0


@pytest.mark.parametrize(
    ("found", "mistaken", "share", "precision"),
    [
        (0.8, 0.05, 0.25, 0.2 / (0.2 + 0.0375)),
        (0.8, 0.05, 0.5, 0.4 / (0.4 + 0.025)),
        (0.8, 0.0, 0.25, 1.0),
        (0.0, 0.1, 0.25, 0.0),
    ],
)
def test_precision_depends_on_the_share(
    found: float, mistaken: float, share: float, precision: float
) -> None:
    assert precision_at_share(found, mistaken, share) == pytest.approx(precision)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_rows_of_one_label_prove_no_cut(is_wanted: bool) -> None:
    scores = np.linspace(0, 1, 200, dtype=np.float32)
    assert lowest_safe_cut(scores, np.full(200, is_wanted), 0.95, 0.25) is None


@pytest.mark.parametrize(("count", "rows"), [(0, 5), (1, 1), (3, 40), (40, 40), (700, 1000)])
def test_bounds_of_rates_are_clopper_pearson_bounds(count: int, rows: int) -> None:
    low = binomtest(count, rows, alternative="greater").proportion_ci(0.99, "exact").low
    assert lower_bound(count, rows) == pytest.approx(low)
    if count < rows:
        high = binomtest(count, rows, alternative="less").proportion_ci(0.96, "exact").high
        assert upper_bound(count, rows) == pytest.approx(high)


@pytest.mark.parametrize(("mistakes", "is_proven"), [(0, True), (3, True), (6, False)])
def test_the_first_cut_that_fails_ends_the_search(mistakes: int, is_proven: bool) -> None:
    wanted = np.linspace(0.1, 0.9, 1000)
    # A lower cut, with most of the wanted rows, could afford six mistakes at the top.
    others = np.repeat([1.0, 0.0], [mistakes, 1000 - mistakes])
    scores = np.concatenate([wanted, others]).astype(np.float32)
    cut = lowest_safe_cut(scores, np.arange(2000) < 1000, 0.95, 0.5)
    assert (cut is not None) is is_proven


def test_the_threshold_is_positive_and_the_band_is_half_open() -> None:
    decision = Decision(threshold=0.6, low=0.3, high=0.9, precision=0.95, coverage=0.4)
    assert decision.is_positive(0.6)
    assert not decision.is_positive(0.5999)
    assert decision.is_confident(0.2999)
    assert not decision.is_confident(0.3)
    assert not decision.is_confident(0.8999)
    assert decision.is_confident(0.9)


def test_a_band_from_0_to_1_has_no_confident_answers() -> None:
    ends = np.array([0.0, 0.5, 1.0], dtype=np.float32)
    whole_band = Decision(threshold=0.6, low=0.0, high=1.0, precision=0.0, coverage=0.0)
    assert not any(map(whole_band.is_confident, ends.tolist()))
    assert not whole_band.confident_positives(ends).any()
    assert not whole_band.confident_negatives(ends).any()
    high = replace(whole_band, high=0.9)
    assert high.confident_positives(ends).tolist() == [False, False, True]


@given(st.floats(0, 0.5), st.floats(0.5, 1), st.lists(st.floats(0, 1, width=32), max_size=20))
def test_single_probabilities_and_arrays_are_equally_confident(
    low: float, high: float, probabilities: list[float]
) -> None:
    decision = Decision(threshold=0.5, low=low, high=high, precision=0.9, coverage=0.5)
    array = np.array(probabilities, dtype=np.float32)
    confident = decision.confident_positives(array) | decision.confident_negatives(array)
    assert confident.tolist() == [decision.is_confident(p) for p in array]


@settings(deadline=None, max_examples=20)
@given(st.integers(60, 600), st.floats(0.2, 5), st.integers(0, 10_000))
def test_the_threshold_lies_within_the_band(rows: int, scale: float, seed: int) -> None:
    decision = choose_decision(*calibrated(rows, scale, seed))
    assert 0 <= decision.low <= decision.threshold <= decision.high <= 1


def test_the_threshold_nearly_maximises_f_half() -> None:
    probabilities, labels = calibrated(20_000, 2.0, seed=5)

    def f_half(threshold: float) -> float:
        chosen = probabilities >= threshold
        hits = float((chosen & (labels == 1)).sum())
        return 1.25 * hits / (0.25 * float(labels.sum()) + float(chosen.sum()))

    best = max(f_half(threshold) for threshold in np.linspace(0.05, 0.95, 91))
    assert f_half(choose_decision(probabilities, labels).threshold) > best - 0.005


def test_a_separable_small_split_has_a_threshold_between_the_labels() -> None:
    probabilities = np.array([0.05, 0.12, 0.27, 0.73, 0.79], dtype=np.float32)
    labels = np.array([0, 0, 0, 1, 1], dtype=np.int8)
    decision = choose_decision(probabilities, labels)
    assert 0.27 < decision.threshold <= float(probabilities[3])
    assert (decision.low, decision.high) == (0, 1)
