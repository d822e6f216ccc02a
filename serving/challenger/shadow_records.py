"""The records of a challenger in the shadow, which credit a later verdict to both models."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, func, insert, select

from serving.challenger.tables import shadow_table, transaction

# The newest records are kept: about 150 MB. A verdict usually follows within minutes.
_MOST_RECORDS = 1_000_000
# Records that one transaction deletes. SQLite has one writer, and a verdict waits for its end.
_DELETED_TOGETHER = 1000

_columns = shadow_table.c


@dataclass(frozen=True)
class ShadowRecord:
    """A challenger's answer to a text. ``prediction`` is the nonce of the champion's prediction."""

    prediction: str
    model: str
    version: str
    label: str
    probability: float


class ShadowRecords:
    """The newest records. Every method raises ``FeedbackStoreError`` if the database fails."""

    def __init__(self, engine: Engine, most: int = _MOST_RECORDS) -> None:
        self._engine = engine
        self._most = most

    def add(self, records: Sequence[ShadowRecord]) -> None:
        """Write records in one transaction, and delete the oldest records beyond the bound."""
        now = datetime.now(UTC)
        rows = [asdict(record) | {"recorded_at": now} for record in records]
        with transaction(self._engine) as connection:
            connection.execute(insert(shadow_table), rows)
            newest = connection.scalar(select(func.max(_columns.id))) or 0
            connection.execute(delete(shadow_table).where(_columns.id <= newest - self._most))

    def find(self, predictions: Sequence[str]) -> dict[str, ShadowRecord]:
        """The records of predictions that have one, by the nonce of the prediction."""
        names = list(ShadowRecord.__dataclass_fields__)
        wanted = select(*(_columns[name] for name in names)).where(
            _columns.prediction.in_(predictions)
        )
        with transaction(self._engine, writes=False) as connection:
            return {row.prediction: ShadowRecord(*row) for row in connection.execute(wanted)}

    def erase_older_than(self, age: timedelta) -> int:
        """Delete up to 1,000 records that are older than ``age``, and return their number."""
        oldest = (
            select(_columns.id)
            .where(_columns.recorded_at < datetime.now(UTC) - age)
            .order_by(_columns.recorded_at)
            .limit(_DELETED_TOGETHER)
        )
        with transaction(self._engine) as connection:
            return connection.execute(delete(shadow_table).where(_columns.id.in_(oldest))).rowcount
