"""Counts of stored mentions by time and source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
)

from models.answers import LABELS
from serving.feedback.database import open_engine
from serving.feedback.transactions import transaction
from serving.mentions.table import mention_table
from serving.mentions.words import WordsOfText

_SUBJECT = "mentions"
_NEGATIVE = LABELS[0]
_EPOCH = datetime.fromtimestamp(0, UTC)
_DAY = timedelta(days=1)
_FRESH_S = 600.0
_MOST_DAYS = 150

_columns = mention_table.c


@dataclass(frozen=True)
class Counts:
    """Numbers of mentions: all, those labelled negative, and those whose answer is in doubt."""

    mentions: int = 0
    negative: int = 0
    unsure: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.mentions + other.mentions,
            self.negative + other.negative,
            self.unsure + other.unsure,
        )


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


CountsBySource = Mapping[str, Counts]
CountsByBucket = Mapping[datetime, CountsBySource]


def of_source(counts: CountsBySource, source: str | None) -> Counts:
    """The counts of a source, or of all sources if it is None."""
    return total(counts.values()) if source is None else counts.get(source, Counts())


class StoredCounts:
    """Counts of the table of mentions.

    Every method raises ``FeedbackStoreError`` if the database fails. Times are in UTC.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._past_days: dict[tuple[datetime, timedelta], tuple[float, CountsByBucket]] = {}

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._engine.dispose()

    def count(self, since: datetime, until: datetime, width: timedelta) -> CountsByBucket:
        """Counts by the start of their bucket and by source, where there are mentions.

        The window is ``since <= posted_at < until``. Buckets are multiples of ``width`` since
        midnight. The counts of past days are at most ten minutes old.
        """
        found: dict[datetime, CountsBySource] = {}
        while since < until:
            midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
            end = min(until, midnight + _DAY)
            whole_buckets = not ((since - midnight) % width or (end - midnight) % width)
            if whole_buckets and midnight + _DAY < _yesterday():
                past_day = self._count_past_day(midnight, width)
                found |= {start: past_day[start] for start in past_day if since <= start < end}
            else:
                found |= self._count(since, end, width)
            since = end
        return found

    def _count_past_day(self, midnight: datetime, width: timedelta) -> CountsByBucket:
        """The counts of a whole day, from memory if they are fresh."""
        read_at, found = self._past_days.pop((midnight, width), (-_FRESH_S, {}))
        if monotonic() - read_at >= _FRESH_S:
            read_at, found = monotonic(), self._count(midnight, midnight + _DAY, width)
        self._past_days[midnight, width] = read_at, found
        if len(self._past_days) > _MOST_DAYS:
            del self._past_days[next(iter(self._past_days))]
        return found

    def _count(self, since: datetime, until: datetime, width: timedelta) -> CountsByBucket:
        """Counts of a day or less. A reader of SQLite delays writers: the read must be short."""
        bucket = _bucket(self._engine, width)
        wanted = (
            select(
                bucket,
                _columns.source,
                func.count(),
                _number_of(_columns.label == _NEGATIVE),
                _number_of(_columns.doubt.is_not(None)),
            )
            .where(_window(since, until))
            .group_by(bucket, _columns.source)
        )
        with transaction(self._engine, _SUBJECT, writes=False) as connection:
            rows = connection.execute(wanted).all()
        found: defaultdict[datetime, dict[str, Counts]] = defaultdict(dict)
        for number, source, *numbers in rows:
            found[_EPOCH + number * width][source] = Counts(*map(int, numbers))
        return found

    def newest_texts(
        self, since: datetime, until: datetime, source: str | None, most: int
    ) -> list[WordsOfText]:
        """The words of the ``most`` newest mentions of a window, of all sources if it is None."""
        wanted = select(_columns.text_key, _columns.label, _columns.words).where(
            _window(since, until)
        )
        if source is not None:
            wanted = wanted.where(_columns.source == source)
        newest = wanted.order_by(_columns.posted_at.desc()).limit(most)
        with transaction(self._engine, _SUBJECT, writes=False) as connection:
            return [
                WordsOfText(key, label, frozenset(words.split()))
                for key, label, words in connection.execute(newest)
            ]


def _yesterday() -> datetime:
    return datetime.now(UTC) - _DAY


def _window(since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(_columns.posted_at >= since, _columns.posted_at < until)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _bucket(engine: Engine, width: timedelta) -> ColumnElement[int]:
    """The number of the bucket of a row, counted since 1970."""
    seconds: ColumnElement[int]
    if engine.dialect.name == "sqlite":
        seconds = cast(func.strftime("%s", _columns.posted_at), BigInteger)
    else:
        seconds = cast(func.floor(extract("epoch", _columns.posted_at)), BigInteger)
    # A bound parameter would make PostgreSQL take GROUP BY for another expression than SELECT.
    return seconds.op("/")(literal_column(str(int(width.total_seconds()))))
