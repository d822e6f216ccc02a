"""The report of mentions, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from serving.mentions.counts import Counts, StoredCounts
from serving.mentions.report import make_report
from serving.mentions.store import MentionStore
from tests.serving.mentions.test_store import url
from tests.support.mentions import SOURCES, mention

__all__ = ["url"]
pytestmark = pytest.mark.server

NOW = datetime(2026, 11, 27, 14, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def stored(url: str) -> Iterator[StoredCounts]:
    """Twenty mentions in this hour of each of four weeks, and six in the last ten minutes."""
    store, counts = MentionStore(url), StoredCounts(url)
    past = [
        mention(f"{week}-{number}", NOW - week * 7 * DAY, ("negative", "positive")[number % 4 > 0])
        for week in range(1, 5)
        for number in range(20)
    ]
    now = [
        mention(f"now-{number}", NOW - (number + 1) * MINUTE, "negative", doubt="band",
                source="replies" if number < 5 else "page", words=("bag", "lost"))
        for number in range(6)
    ]  # fmt: skip
    store.add([*past, *now, mention("at-end", NOW, "negative")])
    yield counts
    store.close()
    counts.close()


def test_counts_have_the_bucket_and_the_source(stored: StoredCounts) -> None:
    found = stored.count(NOW - HOUR, NOW, 15 * MINUTE)
    assert found == {
        NOW.replace(minute=0): {"replies": Counts(5, 5, 5), "page": Counts(1, 1, 1)},
    }


def test_counts_of_many_days_are_those_of_each_day(stored: StoredCounts) -> None:
    found = stored.count(NOW - 29 * DAY, NOW, HOUR)
    hours = [NOW.replace(minute=0) - weeks * 7 * DAY for weeks in range(5)]
    assert sorted(found) == sorted(hours)
    assert found[hours[4]] == {"mentions": Counts(20, 5, 0)}
    assert stored.count(NOW - 29 * DAY, NOW, HOUR) == found


def test_a_report_compares_the_window_with_the_usual_share(stored: StoredCounts) -> None:
    report = make_report(stored, NOW - 40 * MINUTE, NOW, None, SOURCES)
    assert [bucket.start for bucket in report.buckets] == [
        NOW.replace(hour=13, minute=30), NOW.replace(hour=13, minute=45), NOW.replace(minute=0),
    ]  # fmt: skip
    assert report.bucket_minutes == 15
    assert report.total.mentions == 6
    assert report.buckets[0].usual is None
    usual = report.buckets[2].usual
    assert usual is not None
    assert (usual.share, usual.basis) == (0.25, "weeks")
    assert usual.high < 1
    assert [(counts.source, counts.mentions) for counts in report.sources] == [
        ("page", 1), ("mentions", 0), ("replies", 5),
    ]  # fmt: skip


def test_a_report_of_a_source_has_the_volume_of_every_source(stored: StoredCounts) -> None:
    report = make_report(stored, NOW - HOUR, NOW, "page", SOURCES)
    assert report.total.mentions == report.buckets[-1].mentions == 1
    assert [counts.mentions for counts in report.sources] == [1, 0, 5]
    assert [counts.source for counts in report.buckets[-1].sources] == ["page"]


def test_words_of_few_different_texts_are_left_out(stored: StoredCounts) -> None:
    words = make_report(stored, NOW - HOUR, NOW, "replies", SOURCES).words
    assert [(word.word, word.texts, word.negative) for word in words.words] == [
        ("bag", 5, 5), ("lost", 5, 5),
    ]  # fmt: skip
    assert make_report(stored, NOW - 4 * MINUTE, NOW, None, SOURCES).words.words == []


def test_a_long_window_has_buckets_of_an_hour_and_words_of_the_last_hour(
    stored: StoredCounts,
) -> None:
    report = make_report(stored, NOW - 35 * DAY, NOW, None, SOURCES)
    assert report.bucket_minutes == 60
    assert len(report.buckets) == 35 * 24 + 1
    assert report.total.mentions == 86
    assert report.words.since == NOW - HOUR
