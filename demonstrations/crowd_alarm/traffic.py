"""Simulated counts of mentions: rhythm of day and week, wandering volume, planted bursts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEP_S = 15
DAY_S = 86400
TO_MAIL_S = 25
"""Half a scrape, half an evaluation and Alertmanager's group_wait, after the counts."""
AIM_S = 300
"""Longest delay of the mail that the alarm aims at."""
WEEK = 7 * DAY_S // STEP_S
SOURCES = {"page": 0.2, "mentions": 0.5, "replies": 0.3}
"""Share of each source in the volume."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Traffic:
    """Mentions and negative mentions in each step of 15 s, of shape (steps, sources)."""

    mentions: Counts
    negative: Counts


@dataclass(frozen=True)
class Usual:
    """Usual traffic: ``volume`` mentions per second on average, ``share`` of them negative.

    ``wander`` is the standard deviation of the logarithm of the volume and of the logit of the
    share around their rhythm, with a correlation time of half an hour. 0: independent tweets.
    """

    volume: float
    share: float
    wander: float = 0.2


@dataclass(frozen=True)
class Burst:
    """Complaints spread evenly over ``seconds``, of which a share is scored as negative."""

    complaints: int = 40
    seconds: int = 600
    negative: float = 0.92
    source: str | None = None
    """None: spread over all sources like the usual volume."""


def rhythm(steps: int) -> NDArray[np.float64]:
    """Volume over its mean: high in the afternoon, low at night, lower at the weekend."""
    hours = np.arange(steps) * STEP_S / 3600
    day = 1 + 0.8 * np.cos(2 * np.pi * (hours - 15) / 24)
    week = np.where(hours // 24 % 7 >= 5, 0.8, 1.08)
    return np.asarray(day * week)


def simulate(usual: Usual, weeks: int, random: np.random.Generator) -> Traffic:
    steps = weeks * WEEK
    volume = usual.volume * STEP_S * rhythm(steps) * np.exp(_wander(steps, usual.wander, random))
    odds = usual.share / (1 - usual.share) * np.exp(_wander(steps, usual.wander, random))
    mentions = random.poisson(np.outer(volume, list(SOURCES.values())))
    negative = random.binomial(mentions, (odds / (1 + odds))[:, None])
    return Traffic(mentions, negative)


def plant(traffic: Traffic, start: int, burst: Burst, random: np.random.Generator) -> None:
    """Add a burst that begins at the step ``start``."""
    times = start + np.sort(random.uniform(0, burst.seconds, burst.complaints)) // STEP_S
    # The delay counts from the first complaint.
    times += start - times[0]
    names = list(SOURCES)
    if burst.source:
        sources = np.full(burst.complaints, names.index(burst.source))
    else:
        sources = random.choice(len(names), burst.complaints, p=list(SOURCES.values()))
    where = times.astype(int), sources
    np.add.at(traffic.mentions, where, 1)
    np.add.at(traffic.negative, where, random.random(burst.complaints) < burst.negative)


def _wander(steps: int, deviation: float, random: np.random.Generator) -> NDArray[np.float64]:
    """A stationary autoregressive process, interpolated between values five minutes apart."""
    if not deviation:
        return np.zeros(steps)
    spacing = 300 // STEP_S
    memory = np.exp(-300 / 1800)
    noise = random.normal(0, deviation * np.sqrt(1 - memory**2), steps // spacing + 2)
    values = np.empty_like(noise)
    value = random.normal(0, deviation)
    for index, change in enumerate(noise):
        value = memory * value + change
        values[index] = value
    return np.interp(np.arange(steps) / spacing, np.arange(len(values)), values)
