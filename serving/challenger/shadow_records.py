"""The records of a challenger in the shadow, which credit a later verdict to both models."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, exists, func, insert, select

from serving.challenger.tables import SUBJECT, shadow_table
from serving.feedback.database import feedback_table
from serving.feedback.transactions import transaction

# The newest records are kept: about 150 MB. A verdict usually follows within minutes.
_MOST_RECORDS = 1_000_000
# Records that one transaction deletes. SQLite has one writer, and a verdict waits for its end.
_DELETED_TOGETHER = 1000

# The recent verdicts that a comparison leaves out: the record of a challenger may follow later.
_SETTLED_AFTER = timedelta(seconds=60)
_MOST_DISAGREEMENTS = 10_000

_columns, _verdicts = shadow_table.c, feedback_table.c


@dataclass(frozen=True)
class ShadowRecord:
    """A challenger's answer to a text. ``prediction`` is the nonce of the champion's prediction."""

    prediction: str
    model: str
    version: str
    label: str
    probability: float


@dataclass(frozen=True)
class Disagreement:
    """A verdict on a text that both models labelled differently: one of them was wrong."""

    client: str | None
    challenger_wrong: bool


class ShadowRecords:
    """The newest records. Every method raises ``FeedbackStoreError`` if the database fails."""

    def __init__(self, engine: Engine, most: int = _MOST_RECORDS) -> None:
        self._engine = engine
        self._most = most

    def add(self, records: Sequence[ShadowRecord]) -> None:
        """Write records in one transaction, and delete the oldest records beyond the bound."""
        now = datetime.now(UTC)
        rows = [asdict(record) | {"recorded_at": now} for record in records]
        with transaction(self._engine, SUBJECT) as connection:
            connection.execute(insert(shadow_table), rows)
            newest = connection.scalar(select(func.max(_columns.id))) or 0
            connection.execute(delete(shadow_table).where(_columns.id <= newest - self._most))

    def find(self, predictions: Sequence[str]) -> dict[str, ShadowRecord]:
        """The records of predictions that have one, by the nonce of the prediction."""
        names = list(ShadowRecord.__dataclass_fields__)
        wanted = select(*(_columns[name] for name in names)).where(
            _columns.prediction.in_(predictions)
        )
        with transaction(self._engine, SUBJECT, writes=False) as connection:
            return {row.prediction: ShadowRecord(*row) for row in connection.execute(wanted)}

    def disagreements(self, model: str, champion: str, challenger: str) -> list[Disagreement]:
        """The first verdicts on texts that two versions labelled differently, in their order."""
        wanted = (
            select(_verdicts.client, _verdicts.correct)
            .join(shadow_table, _columns.prediction == _verdicts.prediction)
            .where(
                _verdicts.model == model,
                _verdicts.version == champion,
                _columns.version == challenger,
                _columns.label != _verdicts.predicted,
                _verdicts.recorded_at < datetime.now(UTC) - _SETTLED_AFTER,
            )
            .order_by(_verdicts.recorded_at, _verdicts.id)
            .limit(_MOST_DISAGREEMENTS)
        )
        with transaction(self._engine, SUBJECT, writes=False) as connection:
            return [Disagreement(client, correct) for client, correct in connection.execute(wanted)]

    def erase_older_than(self, age: timedelta) -> int:
        """Delete up to 1,000 records that are older than ``age``, and return their number.

        A record with a verdict stays as long as the verdict, for ``disagreements``.
        """
        judged = exists().where(_verdicts.prediction == _columns.prediction)
        oldest = (
            select(_columns.id)
            .where(_columns.recorded_at < datetime.now(UTC) - age, ~judged)
            .order_by(_columns.recorded_at)
            .limit(_DELETED_TOGETHER)
        )
        with transaction(self._engine, SUBJECT) as connection:
            return connection.execute(delete(shadow_table).where(_columns.id.in_(oldest))).rowcount
