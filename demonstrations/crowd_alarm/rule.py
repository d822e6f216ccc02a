"""The rule of ``SentimentNegativeBurst``, applied to counts of mentions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demonstrations.crowd_alarm.traffic import STEP_S, WEEK, Counts, Traffic

SHORT, LONG = 300 // STEP_S, 900 // STEP_S
_HOUR = 3600 // STEP_S

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Thresholds, as in ``monitoring/prometheus/rules/crowd.yaml``."""

    excess_short: float = 4.0
    excess_long: float = 4.5
    least_negative: int = 8
    share_margin: float = 0.05
    ratio: float = 1.5
    keep_steps: int = LONG


def windows(counts: Counts, steps: int) -> Numbers:
    """Counts of the last ``steps`` steps, by source, with all sources in the last column."""
    counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    sums = np.cumsum(np.concatenate([np.zeros((1, counts.shape[1]), np.int64), counts]), axis=0)
    totals = sums[1:].astype(float)
    totals[steps:] -= sums[1:-steps]
    return totals


def usual(counts: Counts, weeks: int) -> Numbers:
    """Usual count of 5 minutes: the median of the same hour in the last weeks, four at most."""
    five_minutes = windows(counts, SHORT)
    hour = np.cumsum(five_minutes, axis=0)
    hour[_HOUR:] -= hour[:-_HOUR].copy()
    hour /= _HOUR
    half = _HOUR // 2
    history = [
        np.roll(hour, week * WEEK - half, axis=0)[weeks * WEEK :] for week in range(1, weeks + 1)
    ]
    return np.asarray(np.median(history, axis=0))


def excess(counts: Numbers, expected: Numbers) -> Numbers:
    """Excess over the expected count in standard deviations (Anscombe 1948)."""
    return np.asarray(2 * (np.sqrt(counts + 3 / 8) - np.sqrt(expected + 3 / 8)))


def exceeded(traffic: Traffic, weeks: int, rule: Rule) -> NDArray[np.bool_]:
    """For each step after the history of ``weeks``: whether a source or all together exceed."""
    start = weeks * WEEK
    usual_mentions, usual_negative = usual(traffic.mentions, weeks), usual(traffic.negative, weeks)
    usual_share = usual_negative / np.maximum(usual_mentions, 1e-9)
    found = np.zeros(usual_mentions.shape, bool)
    for steps, threshold in ((SHORT, rule.excess_short), (LONG, rule.excess_long)):
        mentions = windows(traffic.mentions, steps)[start:]
        negative = windows(traffic.negative, steps)[start:]
        expected = usual_negative * steps / SHORT
        found |= (
            (excess(negative, expected) > threshold)
            & (negative >= rule.least_negative)
            & (negative > rule.ratio * expected)
            & (negative / np.maximum(mentions, 1) > usual_share + rule.share_margin)
        )
    return found
