"""The usual share of negative mentions, from the same hour of earlier weeks or days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Literal

from serving.mentions.counts import Counts, total

HOUR = timedelta(hours=1)
WEEKS = 4
DAYS = 7
_FEWEST_WEEKS = 2
_FEWEST_MENTIONS = 10
# Quantile of the normal distribution: 95 % of its values lie within ± 1.96 deviations.
_Z = 1.96

Basis = Literal["weeks", "days"]


@dataclass(frozen=True)
class UsualShare:
    """The usual share of negative mentions, and the band of 95 % of the usual buckets.

    ``basis``: the same hour of the week over four weeks, or the same hour over seven days.
    """

    share: float
    low: float
    high: float
    basis: Basis


def hours_of_weeks(hour: datetime) -> list[datetime]:
    """The same hour of the week, in UTC, of the four weeks before."""
    return [hour - timedelta(weeks=weeks) for weeks in range(1, WEEKS + 1)]


def hours_of_days(hour: datetime) -> list[datetime]:
    """The same hour, in UTC, of the seven days before."""
    return [hour - timedelta(days=days) for days in range(1, DAYS + 1)]


def has_weeks(hour: datetime, history: Mapping[datetime, Counts]) -> bool:
    """Whether the earlier weeks alone give the usual share of an hour."""
    weeks = [history[past] for past in hours_of_weeks(hour) if past in history]
    return len(weeks) >= _FEWEST_WEEKS and total(weeks).mentions >= _FEWEST_MENTIONS


def usual_share(
    hour: datetime, history: Mapping[datetime, Counts], mentions: int, width: timedelta
) -> UsualShare | None:
    """The usual share of a bucket in ``hour`` with ``mentions``, None without enough history.

    ``history`` has counts by the start of an hour. ``width`` is the width of a bucket. A bucket
    without mentions has the band of its usual number of mentions.
    """
    basis: Basis = "weeks" if has_weeks(hour, history) else "days"
    hours = hours_of_weeks(hour) if basis == "weeks" else hours_of_days(hour)
    past = total(history[hour] for hour in hours if hour in history)
    if past.mentions < _FEWEST_MENTIONS:
        return None
    size = mentions or max(1.0, past.mentions / len(hours) * (width / HOUR))
    share = past.negative / past.mentions
    low, high = prediction_band(share, past.mentions, size)
    return UsualShare(share, low, high, basis)


def prediction_band(share: float, past: float, size: float) -> tuple[float, float]:
    """The band in which the share of ``size`` new mentions lies with a probability of 95 %.

    ``share`` was seen in ``past`` mentions. The ends of the band are the shares ``q`` at which the
    score test just accepts that both shares are equal. ``p`` is the share of all mentions::

        (q - share) ** 2 = z ** 2 * p * (1 - p) * (1 / past + 1 / size)

    As Wilson's interval, the band stays within 0 and 1 and is not empty at a share of 0. Joint
    sampling approach in K. Krishnamoorthy and J. Peng, Improved closed-form prediction intervals
    for binomial and Poisson distributions, J. Statist. Plann. Inference 141 (2011).
    """
    everything, negative = past + size, past * share
    scale = _Z**2 / (past * size * everything)
    # The equation as square * q ** 2 - 2 * half * q + constant = 0.
    square = 1 + scale * size**2
    half = share + scale * size * (everything - 2 * negative) / 2
    constant = share**2 - scale * negative * (everything - negative)
    root = sqrt(max(0.0, half**2 - square * constant))
    return max(0.0, (half - root) / square), min(1.0, (half + root) / square)
