"""Tests of the sequential tests: exact expectations, symmetry, and simulated error rates."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.challenger.sequential_test import (
    LOG_ODDS_RATIOS,
    Decision,
    PairedTest,
    SequentialTest,
    log_growth,
)
from tests.serving.challenger.simulation import draw, pairs, two_arms

sizes = st.integers(3, 12)
rates = st.floats(0, 1)
counts = st.integers(0, 500)


def decision(verdicts: list[tuple[bool, bool]]) -> Decision:
    test = SequentialTest()
    for challenger, wrong in verdicts:
        test.add(challenger, wrong)
    return test.decision


def likelihood(wrong: int, verdicts: int, rate: float) -> float:
    return math.comb(verdicts, wrong) * rate**wrong * (1 - rate) ** (verdicts - wrong)


@settings(deadline=None)
@given(
    champion=sizes,
    challenger=sizes,
    champion_rate=rates,
    challenger_rate=rates,
    past=st.tuples(counts, counts, counts, counts),
)
def test_no_bet_on_a_worse_challenger_is_expected_to_win_if_it_is_not_worse(
    champion: int,
    challenger: int,
    champion_rate: float,
    challenger_rate: float,
    past: tuple[int, int, int, int],
) -> None:
    low, high = sorted((champion_rate, challenger_rate))
    earlier = np.array(past).reshape(2, 2)
    expected = np.zeros_like(LOG_ODDS_RATIOS)
    mirrored = np.zeros_like(LOG_ODDS_RATIOS)
    for y0, y1 in product(range(champion + 1), range(challenger + 1)):
        block = np.array([[champion - y0, y0], [challenger - y1, y1]])
        factors = np.exp(log_growth(block, earlier))
        expected += likelihood(y0, champion, high) * likelihood(y1, challenger, low) * factors
        mirrored += likelihood(y0, champion, low) * likelihood(y1, challenger, high) * factors
    worse, better = 0, 1
    assert (expected[worse] <= 1 + 1e-9).all()
    assert (mirrored[better] <= 1 + 1e-9).all()


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from((0.1, 0.25, 0.5)))
def test_exchanged_arms_exchange_the_decision(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    arm, wrong = draw(random, (0.1, 0.4), share, 600)
    verdicts = list(zip(arm.astype(bool), wrong.astype(bool), strict=True))
    opposite: dict[Decision, Decision] = {
        "continue": "continue",
        "worse": "better",
        "better": "worse",
    }
    exchanged = [(not challenger, wrong) for challenger, wrong in verdicts]
    assert decision(exchanged) == opposite[decision(verdicts)]


def test_the_first_decision_is_final() -> None:
    worse = [(False, False), (True, True)] * 20
    better = [(False, True), (True, False)] * 500
    assert decision(worse) == "worse"
    assert decision(worse + better) == "worse"
    assert decision(better) == "better"


def test_an_arm_without_verdicts_decides_nothing() -> None:
    assert decision([(True, True)] * 1000) == "continue"


def test_a_smaller_error_rate_needs_more_verdicts() -> None:
    def needed(error_rate: float) -> int:
        test = SequentialTest(error_rate)
        for number in range(1, 1000):
            test.add(challenger=True, wrong=True)
            test.add(challenger=False, wrong=False)
            if test.decision == "worse":
                return number
        raise AssertionError

    assert needed(0.05) < needed(0.001)


def test_the_simulation_decides_as_the_class() -> None:
    seed, share, error_rates, looks, runs = 5, 0.3, (0.1, 0.3), 120, 20
    outcome = two_arms(error_rates, share, looks, runs, seed, error_rate=0.05)
    random = np.random.default_rng(seed)
    tests = [SequentialTest() for _ in range(runs)]
    found = np.full(runs, np.inf)
    for look in range(1, looks + 1):
        for number, (arm, wrong) in enumerate(
            zip(*draw(random, error_rates, share, runs), strict=True)
        ):
            tests[number].add(bool(arm), bool(wrong))
            if tests[number].decision == "worse" and np.isinf(found[number]):
                found[number] = look
    np.testing.assert_array_equal(outcome.looks, found)
    assert np.isfinite(found).any()
    assert np.isinf(found).any()


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_few_equal_challengers_are_called_worse(share: float) -> None:
    outcome = two_arms((0.15, 0.15), share, looks=2000, runs=400, seed=1, error_rate=0.05)
    assert np.isfinite(outcome.looks).mean() <= 0.05
    # The same looks by a test of fixed size.
    assert np.isfinite(outcome.fixed_looks).mean() > 0.2


@pytest.mark.parametrize(("share", "found"), [(0.1, 0.9), (0.25, 0.9), (0.5, 0.75)])
def test_a_doubled_error_rate_is_found_within_300_verdicts_on_the_challenger(
    share: float, found: float
) -> None:
    looks = round(300 / share)
    outcome = two_arms((0.1, 0.2), share, looks, runs=300, seed=2, error_rate=0.05)
    assert np.isfinite(outcome.looks).mean() >= found


def test_verdicts_that_both_models_share_decide_nothing() -> None:
    test = PairedTest()
    for _ in range(1000):
        test.add(champion_wrong=True, challenger_wrong=True)
        test.add(champion_wrong=False, challenger_wrong=False)
    assert test.decision == "continue"


@pytest.mark.parametrize("worse", [True, False])
def test_pairs_find_the_model_that_is_wrong_more_often(worse: bool) -> None:
    test = PairedTest()
    for _ in range(12):
        test.add(champion_wrong=not worse, challenger_wrong=worse)
    assert test.decision == ("worse" if worse else "better")


def test_few_equal_challengers_are_called_worse_by_pairs() -> None:
    found = pairs(0.05, 0.05, looks=5000, runs=400, seed=3, rate=0.05)
    assert np.isfinite(found).mean() <= 0.05


def test_the_simulation_of_pairs_decides_as_the_class() -> None:
    only_champion, only_challenger, looks, runs, seed = 0.05, 0.15, 200, 30, 4
    drawn = np.random.default_rng(seed).random((runs, looks))
    expected = []
    for row in drawn:
        test = PairedTest()
        first = math.inf
        for look, value in enumerate(row, start=1):
            test.add(bool(value > 1 - only_champion), bool(value < only_challenger))
            if test.decision == "worse":
                first = look
                break
        expected.append(first)
    found = pairs(only_champion, only_challenger, looks, runs, seed, rate=0.05)
    np.testing.assert_array_equal(found, expected)
    assert np.isfinite(found).any()
