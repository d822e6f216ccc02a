"""The records of splits: the verdicts on two versions, and the decision between them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from serving.challenger.tables import SUBJECT, split_table
from serving.feedback.database import feedback_table
from serving.feedback.transactions import transaction
from serving.feedback.verdicts import FeedbackStoreError

Decision = Literal["worse", "better"]

_splits, _verdicts = split_table.c, feedback_table.c


@dataclass(frozen=True)
class Pair:
    """Two versions of one family."""

    model: str
    champion: str
    challenger: str


@dataclass(frozen=True)
class SplitRecord:
    """When the comparison of a pair began, and its decision, None while it lasts."""

    began_at: datetime
    decision: Decision | None


@dataclass(frozen=True)
class Place:
    """The place of a verdict in the order of all verdicts."""

    recorded_at: datetime
    id: str


@dataclass(frozen=True)
class SplitVerdict:
    """A verdict on one of both versions. ``client`` is a pseudonym, None for an unknown client."""

    place: Place
    version: str
    wrong: bool
    client: str | None


class SplitRecords:
    """Every method raises ``FeedbackStoreError`` if the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, pair: Pair) -> SplitRecord:
        """The record of a pair. The first replica that serves the pair creates the record."""
        found = self._read(pair)
        if found is None:
            dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
            row = {**_key(pair), "began_at": datetime.now(UTC)}
            # Another replica may have begun since.
            begin = dialect.insert(split_table).values(row).on_conflict_do_nothing()
            with transaction(self._engine, SUBJECT) as connection:
                connection.execute(begin)
            found = self._read(pair)
        if found is None:
            raise FeedbackStoreError("the record of a split was deleted")
        return found

    def decide(self, pair: Pair, decision: Decision) -> bool:
        """Record a decision, and return whether it is the first decision on the pair."""
        decided = {"decision": decision, "decided_at": datetime.now(UTC)}
        undecided = and_(_is(pair), _splits.decision.is_(None))
        with transaction(self._engine, SUBJECT) as connection:
            return (
                connection.execute(update(split_table).where(undecided).values(decided)).rowcount
                == 1
            )

    def verdicts(self, pair: Pair, since: datetime, after: Place | None) -> list[SplitVerdict]:
        """The verdicts on both versions since a time, or after a place, in their order."""
        names = (_verdicts.recorded_at, _verdicts.id, _verdicts.version, _verdicts.correct)
        wanted = (
            select(*names, _verdicts.client)
            .where(*_on(pair, since))
            .order_by(_verdicts.recorded_at, _verdicts.id)
        )
        if after is not None:
            later = _verdicts.recorded_at > after.recorded_at
            same_time = _verdicts.recorded_at == after.recorded_at
            wanted = wanted.where(or_(later, and_(same_time, _verdicts.id > after.id)))
        with transaction(self._engine, SUBJECT, writes=False) as connection:
            return [
                SplitVerdict(Place(recorded_at, id_), version, not correct, client)
                for recorded_at, id_, version, correct, client in connection.execute(wanted)
            ]

    def count(self, pair: Pair, since: datetime) -> int:
        """The number of verdicts on both versions since a time."""
        counted = select(func.count()).where(*_on(pair, since))
        with transaction(self._engine, SUBJECT, writes=False) as connection:
            return connection.scalar(counted) or 0

    def _read(self, pair: Pair) -> SplitRecord | None:
        with transaction(self._engine, SUBJECT, writes=False) as connection:
            row = connection.execute(
                select(_splits.began_at, _splits.decision).where(_is(pair))
            ).first()
        return None if row is None else SplitRecord(row.began_at, row.decision)


def _key(pair: Pair) -> dict[str, str]:
    return {"model": pair.model, "champion": pair.champion, "challenger": pair.challenger}


def _is(pair: Pair) -> ColumnElement[bool]:
    return and_(*(_splits[name] == value for name, value in _key(pair).items()))


def _on(pair: Pair, since: datetime) -> list[ColumnElement[bool]]:
    return [
        _verdicts.model == pair.model,
        _verdicts.version.in_((pair.champion, pair.challenger)),
        _verdicts.recorded_at >= since,
    ]
