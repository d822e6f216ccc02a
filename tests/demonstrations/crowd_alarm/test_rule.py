"""The simulated rule of the alarm, and its thresholds in Prometheus's rules."""

import numpy as np
import pytest

from demonstrations.crowd_alarm.history import rules
from demonstrations.crowd_alarm.rule import Rule, exceeded, expectation
from demonstrations.crowd_alarm.simulation import bound_s
from demonstrations.crowd_alarm.traffic import STEP_S, WEEK, Burst, Traffic, Usual, plant, simulate

_START = 5000


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def traffic(random: np.random.Generator) -> Traffic:
    return simulate(Usual(1 / 60, 0.3, 0.0), 2, random)


def test_prometheus_has_the_thresholds_of_the_simulation() -> None:
    by_name = {rule.get("alert") or rule["record"]: rule["expr"] for rule in rules()}
    rule = Rule()
    alert = by_name["SentimentNegativeBurst"]
    assert f"excess5m > {rule.excess_short:g}\n" in alert
    assert f"excess15m > {rule.excess_long:g}\n" in alert
    assert f"increase5m > {rule.least_negative:g}\n" in alert
    assert f"increase5m > {rule.ratio:g} *" in alert
    assert f"increase15m > {3 * rule.ratio:g} *" in alert
    assert f"usual_share + {rule.share_margin:g})" in alert
    for window in ("5m", "15m"):
        assert f"sentiment:positive_mentions:excess{window} < {rule.most_positive:g} or" in alert
        assert f"sentiment:negative_share:excess{window} > {rule.share_excess:g})" in alert
        excess = by_name[f"sentiment:negative_mentions:excess{window}"]
        assert f"sqrt(1 + {rule.rate_variance:g} *" in excess


def test_usual_traffic_is_silent(traffic: Traffic) -> None:
    assert not exceeded(traffic, 1, expectation(traffic, 1), Rule()).any()


def test_a_burst_in_one_source_is_found_within_ten_minutes_there_and_nowhere_else(
    traffic: Traffic, random: np.random.Generator
) -> None:
    plant(traffic, WEEK + _START, Burst(source="replies"), random)
    found = exceeded(traffic, 1, expectation(traffic, 1), Rule())
    page, mentions, replies, _all = (np.flatnonzero(column) for column in found.T)
    assert not len(page)
    assert not len(mentions)
    assert _START < replies[0] <= _START + 600 // STEP_S


def test_more_mentions_with_the_usual_share_are_no_negative_burst(
    random: np.random.Generator,
) -> None:
    traffic = simulate(Usual(2, 0.3, 0.0), 2, random)
    window = slice(WEEK + _START, WEEK + _START + 40)
    traffic.mentions[window] += 30
    traffic.negative[window] += 9
    assert not exceeded(traffic, 1, expectation(traffic, 1), Rule()).any()


def test_the_bound_is_later_the_more_usual_complaints_are() -> None:
    burst = Burst()
    bounds = [bound_s(Usual(volume, 0.3), burst) for volume in (1 / 60, 1 / 10, 1)]
    assert bounds == sorted(bounds)
    assert bound_s(Usual(0.1, 0.3), Burst(source="replies")) < bounds[1]
