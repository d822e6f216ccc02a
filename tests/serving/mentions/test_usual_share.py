"""The usual share of negative mentions and its band."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from serving.mentions.counts import Counts
from serving.mentions.usual_share import (
    HOUR,
    hours_of_days,
    hours_of_weeks,
    prediction_band,
    usual_share,
)

NOW = datetime(2026, 11, 27, 14, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def test_the_same_hour_of_the_week_is_usual() -> None:
    history = {hour: Counts(100, 30) for hour in hours_of_weeks(NOW)}
    history |= {hour: Counts(100, 90) for hour in hours_of_days(NOW)[:6]}
    usual = usual_share(NOW, history, 25, QUARTER)
    assert usual is not None
    assert (usual.basis, usual.share) == ("weeks", 0.3)
    assert usual.low < 0.3 < usual.high


def test_a_single_week_of_history_falls_back_to_the_last_days() -> None:
    history = {hour: Counts(10, 4) for hour in hours_of_days(NOW)}
    usual = usual_share(NOW, history, 25, QUARTER)
    assert usual is not None
    assert (usual.basis, usual.share) == ("days", 0.4)


@pytest.mark.parametrize("history", [{}, {NOW - timedelta(days=1): Counts(9, 3)}])
def test_there_is_no_band_without_enough_history(history: dict[datetime, Counts]) -> None:
    assert usual_share(NOW, history, 25, QUARTER) is None


def test_the_band_is_wider_for_few_mentions() -> None:
    history = {hour: Counts(1000, 300) for hour in hours_of_weeks(NOW)}
    widths = []
    for mentions in (1, 10, 100, 1000):
        usual = usual_share(NOW, history, mentions, QUARTER)
        assert usual is not None
        assert 0 <= usual.low <= usual.high <= 1
        widths.append(usual.high - usual.low)
    assert widths == sorted(widths, reverse=True)


def test_a_bucket_without_mentions_has_the_band_of_its_usual_number() -> None:
    history = {hour: Counts(400, 120) for hour in hours_of_weeks(NOW)}
    assert usual_share(NOW, history, 0, QUARTER) == usual_share(NOW, history, 100, QUARTER)
    assert usual_share(NOW, history, 0, HOUR) == usual_share(NOW, history, 400, HOUR)


@pytest.mark.parametrize("share", [0.1, 0.4])
@pytest.mark.parametrize(("past", "size"), [(100, 20), (400, 60), (60, 100)])
def test_about_95_percent_of_usual_shares_lie_in_the_band(
    share: float, past: int, size: int
) -> None:
    random = np.random.default_rng(1)
    inside = 0
    for seen, new in zip(
        random.binomial(past, share, 4000), random.binomial(size, share, 4000), strict=True
    ):
        low, high = prediction_band(seen / past, past, size)
        inside += low <= new / size <= high
    assert 0.92 < inside / 4000 < 0.99
