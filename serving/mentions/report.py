"""The report of mentions: their number and the share of negative ones over time, and words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from serving.mentions.counts import Counts, CountsBySource, StoredCounts, of_source
from serving.mentions.usual_share import (
    DAYS,
    HOUR,
    WEEKS,
    Basis,
    has_weeks,
    usual_share,
)
from serving.mentions.words import LEAST_TEXTS, frequent_words

LONGEST_WINDOW = timedelta(days=35)
_NARROW, _WIDE = timedelta(minutes=15), timedelta(hours=1)
# Longer windows have buckets of an hour: more buckets than pixels show nothing more.
_LONGEST_NARROW = timedelta(days=3)
_LONGEST_WORDS = timedelta(hours=6)
_MOST_WORDS = 30
_MOST_TEXTS = 20_000
_MOST_USUAL_TEXTS = 5_000
_EPOCH = datetime.fromtimestamp(0, UTC)


class MentionCounts(BaseModel):
    mentions: int
    negative: int = Field(description="Mentions that the model labelled negative.")
    unsure: int = Field(description="Mentions whose answer is in doubt, whatever its label.")


class SourceCounts(MentionCounts):
    source: str


class UsualNegativeShare(BaseModel):
    share: float = Field(description="Usual share of negative mentions.")
    low: float = Field(
        description="Lower end of the band of 95 % of the usual buckets with as many mentions."
    )
    high: float = Field(description="Upper end of that band.")
    basis: Basis = Field(
        description="`weeks`: the same hour of the week (UTC) of the last four weeks. `days`: the "
        "same hour of the last seven days, where there are fewer than two weeks of mentions."
    )


class MentionBucket(MentionCounts):
    start: datetime
    usual: UsualNegativeShare | None = Field(description="Null without enough earlier mentions.")
    sources: list[SourceCounts] = Field(description="The sources with mentions.")


class FrequentWordReport(BaseModel):
    word: str
    texts: int = Field(description="Different texts with the word.")
    negative: int = Field(description="Of these texts, those labelled negative.")


class WordsReport(BaseModel):
    since: datetime = Field(description="Start of the window if it has up to 6 hours, else 1 hour.")
    until: datetime
    least_texts: int = Field(description="A word of fewer different texts is left out.")
    words: list[FrequentWordReport] = Field(
        description="Words that are more frequent than usual come first."
    )


class CrowdReport(BaseModel):
    generated_at: datetime
    since: datetime = Field(description="Start of the first bucket.")
    until: datetime = Field(description="End of the window; the last bucket may be incomplete.")
    source: str | None = Field(description="The only source that is counted; null: all.")
    bucket_minutes: int
    total: MentionCounts
    sources: list[SourceCounts] = Field(
        description="Totals of every source, also if one source is chosen."
    )
    buckets: list[MentionBucket]
    words: WordsReport


def make_report(
    stored: StoredCounts,
    since: datetime,
    until: datetime,
    source: str | None,
    sources: Sequence[str],
) -> CrowdReport:
    """The report of a window in UTC, of one source or of all.

    ``sources`` are the names of the setting. Raises ``FeedbackStoreError`` if the database fails.
    """
    width = _NARROW if until - since <= _LONGEST_NARROW else _WIDE
    first = _floor(since, width)
    found = stored.count(first, until, width)
    history = _history(stored, first, until, source)
    volumes: dict[str, Counts] = {name: Counts() for name in sources}
    buckets = []
    start = first
    while start < until:
        by_source = found.get(start, {})
        for name, counts in by_source.items():
            volumes[name] = volumes.get(name, Counts()) + counts
        buckets.append(_bucket(start, by_source, source, history, width))
        start += width
    return CrowdReport(
        generated_at=datetime.now(UTC),
        since=first,
        until=until,
        source=source,
        bucket_minutes=int(width / timedelta(minutes=1)),
        total=MentionCounts(**vars(of_source(volumes, source))),
        sources=[SourceCounts(source=name, **vars(volumes[name])) for name in volumes],
        buckets=buckets,
        words=_words(stored, since, until, source),
    )


def _bucket(
    start: datetime,
    by_source: CountsBySource,
    source: str | None,
    history: Mapping[datetime, Counts],
    width: timedelta,
) -> MentionBucket:
    counts = of_source(by_source, source)
    usual = usual_share(_floor(start, HOUR), history, counts.mentions, width)
    shown = [name for name in sorted(by_source) if source in (None, name)]
    return MentionBucket(
        start=start,
        **vars(counts),
        usual=None if usual is None else UsualNegativeShare(**vars(usual)),
        sources=[SourceCounts(source=name, **vars(by_source[name])) for name in shown],
    )


def _history(
    stored: StoredCounts, since: datetime, until: datetime, source: str | None
) -> dict[datetime, Counts]:
    """Counts by the hours that the usual shares of a window need."""
    hours = [_floor(since, HOUR)]
    while hours[-1] + HOUR < until:
        hours.append(hours[-1] + HOUR)
    weeks = _read_hours(stored, hours, [timedelta(weeks=n) for n in range(1, WEEKS + 1)], source)
    if all(has_weeks(hour, weeks) for hour in hours):
        return weeks
    return weeks | _read_hours(
        stored, hours, [timedelta(days=n) for n in range(1, DAYS + 1)], source
    )


def _read_hours(
    stored: StoredCounts, hours: Sequence[datetime], shifts: Sequence[timedelta], source: str | None
) -> dict[datetime, Counts]:
    """Counts of the hours that are earlier than ``hours`` by one of ``shifts``, each read once."""
    found: dict[datetime, CountsBySource] = {}
    done = hours[0] - max(shifts)
    for shift in sorted(shifts, reverse=True):
        start, end = max(done, hours[0] - shift), hours[-1] + HOUR - shift
        found |= stored.count(start, end, HOUR)
        done = end
    return {hour: of_source(counts, source) for hour, counts in found.items()}


def _words(
    stored: StoredCounts, since: datetime, until: datetime, source: str | None
) -> WordsReport:
    start = since if until - since <= _LONGEST_WORDS else until - HOUR
    texts = stored.newest_texts(start, until, source, _MOST_TEXTS)
    earlier = stored.newest_texts(start - timedelta(days=DAYS), start, source, _MOST_USUAL_TEXTS)
    usual: dict[str, float] = {}
    for text in earlier:
        for word in text.words:
            usual[word] = usual.get(word, 0.0) + 1 / len(earlier)
    return WordsReport(
        since=start,
        until=until,
        least_texts=LEAST_TEXTS,
        words=[
            FrequentWordReport(**vars(word)) for word in frequent_words(texts, usual, _MOST_WORDS)
        ],
    )


def _floor(time: datetime, width: timedelta) -> datetime:
    return time - (time - _EPOCH) % width
