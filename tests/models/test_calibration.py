import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.calibration import Calibration, Decision, choose_decision, fit_calibration
from models.scorer import FloatArray

Sample = tuple[FloatArray, NDArray[np.int8]]


def draw(rows: int, scale: float, seed: int) -> Sample:
    """Probabilities that are right, and labels drawn by them: a larger scale separates better."""
    generator = np.random.default_rng(seed)
    probabilities = 1 / (1 + np.exp(-generator.normal(0, scale, rows)))
    labels = generator.random(rows) < probabilities
    return probabilities.astype(np.float32), labels.astype(np.int8)


def test_a_known_distortion_is_undone() -> None:
    probabilities, labels = draw(20_000, 2.0, seed=1)
    true_log_odds = np.log(probabilities / (1 - probabilities))
    shown = ((true_log_odds + 0.75) / 0.5).astype(np.float32)
    calibration = fit_calibration(shown, labels)
    assert calibration.slope == pytest.approx(0.5, rel=0.05)
    assert calibration.intercept == pytest.approx(-0.75, abs=0.06)

    calibrated = calibration.probability(shown)
    assert calibrated.dtype == np.float32
    for rows in np.array_split(np.argsort(calibrated), 10):
        assert calibrated[rows].mean() == pytest.approx(labels[rows].mean(), abs=0.03)


def test_a_perfect_split_does_not_end_in_certainty() -> None:
    log_odds = np.linspace(-4, 4, 40, dtype=np.float32)
    calibration = fit_calibration(log_odds, (log_odds > 0).astype(np.int8))
    probabilities = calibration.probability(log_odds)
    assert 0.9 < probabilities.max() < 0.999
    assert 0.001 < probabilities.min() < 0.1


@settings(deadline=None, max_examples=100)
@given(
    st.floats(0.01, 10),
    st.floats(-5, 5),
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=30),
)
def test_higher_log_odds_never_give_a_lower_probability(
    slope: float, intercept: float, log_odds: list[float]
) -> None:
    ordered = np.sort(np.array(log_odds, dtype=np.float32))
    probabilities = Calibration(slope, intercept).probability(ordered)
    assert (np.diff(probabilities) >= 0).all()
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()


def test_the_threshold_counts_as_positive_and_the_band_is_half_open() -> None:
    decision = Decision(threshold=0.6, low=0.3, high=0.9, precision=0.95, coverage=0.4)
    assert decision.is_positive(0.6)
    assert not decision.is_positive(0.5999)
    assert decision.is_confident(0.2999)
    assert not decision.is_confident(0.3)
    assert not decision.is_confident(0.8999)
    assert decision.is_confident(0.9)


@settings(deadline=None, max_examples=60)
@given(st.integers(60, 600), st.floats(0.2, 5), st.integers(0, 10_000))
def test_the_threshold_lies_within_the_band(rows: int, scale: float, seed: int) -> None:
    decision = choose_decision(*draw(rows, scale, seed))
    assert 0 <= decision.low <= decision.threshold <= decision.high <= 1


@pytest.mark.parametrize("seed", range(5))
def test_confident_answers_keep_the_promised_precision(seed: int) -> None:
    probabilities, labels = draw(20_000, 3.0, seed)
    decision = choose_decision(probabilities, labels)
    confident = probabilities >= decision.high
    assert decision.precision == labels[confident].mean() >= 0.95
    assert decision.coverage == labels[confident].sum() / labels.sum() >= 0.30
    negative = probabilities < decision.low
    assert 1 - labels[negative].mean() >= 0.95
    assert (negative & (labels == 0)).sum() / (labels == 0).sum() >= 0.30


def test_a_lower_promise_doubts_less() -> None:
    sample = draw(5_000, 2.5, seed=3)
    strict, lax = choose_decision(*sample, 0.95), choose_decision(*sample, 0.85)
    assert lax.high < strict.high
    assert lax.low > strict.low
    assert lax.coverage > strict.coverage


def test_where_the_promise_cannot_be_kept_the_most_precise_cut_is_taken_and_told() -> None:
    probabilities, labels = draw(4_000, 0.6, seed=4)
    decision = choose_decision(probabilities, labels, 0.95, 0.30)
    best = max(
        float(labels[chosen].mean())
        for cut in probabilities
        if labels[chosen := probabilities >= cut].sum() >= 0.30 * labels.sum()
    )
    assert decision.precision == pytest.approx(best)
    assert decision.precision < 0.95
    assert decision.coverage >= 0.30


def test_the_threshold_is_about_the_best_for_f_half() -> None:
    probabilities, labels = draw(20_000, 2.0, seed=5)

    def f_half(threshold: float) -> float:
        chosen = probabilities >= threshold
        hits = float((chosen & (labels == 1)).sum())
        return 1.25 * hits / (0.25 * float(labels.sum()) + float(chosen.sum()))

    best = max(f_half(threshold) for threshold in np.linspace(0.05, 0.95, 91))
    assert f_half(choose_decision(probabilities, labels).threshold) > best - 0.005


def test_a_small_split_without_fault_has_a_usable_decision() -> None:
    probabilities = np.array([0.05, 0.12, 0.27, 0.73, 0.79], dtype=np.float32)
    labels = np.array([0, 0, 0, 1, 1], dtype=np.int8)
    decision = choose_decision(probabilities, labels)
    assert 0.27 < decision.threshold <= float(probabilities[3])
    assert decision.precision == 1.0
    assert decision.coverage > 0
