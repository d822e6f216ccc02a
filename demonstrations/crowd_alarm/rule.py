"""The rule of ``SentimentNegativeBurst``, applied to simulated counts of mentions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demonstrations.crowd_alarm.traffic import STEP_S, WEEK, Counts, Traffic

_SHORT, _LONG, _HOUR = 300 // STEP_S, 900 // STEP_S, 3600 // STEP_S

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Thresholds of the beginning, as in ``monitoring/prometheus/rules/crowd.yaml``."""

    excess_short: float = 4.0
    excess_long: float = 4.5
    least_negative: float = 7.5
    ratio: float = 1.5
    share_margin: float = 0.05
    rate_variance: float = 0.02
    most_positive: float = 1.5
    share_excess: float = 4.0


@dataclass(frozen=True)
class Expectation:
    """Counts of 5 minutes for each step, of shape (steps, sources + 1)."""

    usual_mentions: Numbers
    usual_negative: Numbers
    recent_mentions: Numbers
    recent_negative: Numbers


def expectation(traffic: Traffic, history: int) -> Expectation:
    """Usual and recent counts after ``history`` weeks.

    The usual count is the median over the last four weeks, or fewer, of the same hour. The recent
    count is the mean of the hour that ended 15 minutes ago.
    """
    return Expectation(
        _usual(traffic.mentions, history),
        _usual(traffic.negative, history),
        np.roll(_hourly(traffic.mentions), _LONG, axis=0)[history * WEEK :],
        np.roll(_hourly(traffic.negative), _LONG, axis=0)[history * WEEK :],
    )


def exceeded(
    traffic: Traffic, history: int, expected: Expectation, rule: Rule
) -> NDArray[np.bool_]:
    """For each step after the history, and for each source and all together: the burst begins."""
    share = expected.usual_negative / np.maximum(expected.usual_mentions, 0.01)
    share = np.clip(share, 0.01, 0.99)
    count = np.maximum(expected.usual_negative, expected.recent_negative)
    positive = np.maximum(expected.usual_mentions, expected.recent_mentions) - count
    found = np.zeros(count.shape, bool)
    for steps, threshold in ((_SHORT, rule.excess_short), (_LONG, rule.excess_long)):
        mentions = _window(traffic.mentions, steps)[history * WEEK :]
        negative = _window(traffic.negative, steps)[history * WEEK :]
        scaled = count * steps / _SHORT
        others = _excess(mentions - negative, np.maximum(positive * steps / _SHORT, 0), rule)
        share_excess = (negative - share * mentions) / np.sqrt(
            share * (1 - share) * np.maximum(mentions, 1)
        )
        found |= (
            (_excess(negative, scaled, rule) > threshold)
            & (negative > rule.least_negative)
            & (negative > rule.ratio * scaled)
            & (negative > (share + rule.share_margin) * mentions)
            & ((others < rule.most_positive) | (share_excess > rule.share_excess))
        )
    return found


def _excess(counts: Numbers, expected: Numbers, rule: Rule) -> Numbers:
    """Anscombe 1948, divided by the standard deviation that a wandering rate adds."""
    excess = 2 * (np.sqrt(counts + 3 / 8) - np.sqrt(expected + 3 / 8))
    return np.asarray(excess / np.sqrt(1 + rule.rate_variance * expected))


def _window(counts: Counts, steps: int) -> Numbers:
    """Counts of the last ``steps`` steps, by source, with all sources in the last column."""
    counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    totals = np.cumsum(counts, axis=0).astype(float)
    totals[steps:] -= totals[:-steps].copy()
    return totals


def _hourly(counts: Counts) -> Numbers:
    """Mean count of 5 minutes in the last hour."""
    totals = np.cumsum(_window(counts, _SHORT), axis=0)
    totals[_HOUR:] -= totals[:-_HOUR].copy()
    return np.asarray(totals / _HOUR)


def _usual(counts: Counts, history: int) -> Numbers:
    hourly, weeks = _hourly(counts), min(history, 4)
    same_hour = [
        np.roll(hourly, week * WEEK - _HOUR // 2, axis=0)[history * WEEK :]
        for week in range(1, weeks + 1)
    ]
    return np.asarray(np.median(same_hour, axis=0))
