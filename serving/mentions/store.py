"""The store of scored mentions, in the feedback database."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from serving.feedback.database import open_engine
from serving.feedback.transactions import transaction
from serving.mentions.table import erased_table, mention_table

_SUBJECT = "mentions"
# SQLite allows 32,766 values in a statement, and a row has eleven.
_ROWS_TOGETHER = 1000
_DELETED_TOGETHER = 10_000

_columns, _erased = mention_table.c, erased_table.c


@dataclass(frozen=True)
class StoredMention:
    """A scored mention. The fields are the columns of the table; times are in UTC."""

    id: str
    source: str
    posted_at: datetime
    scored_at: datetime
    label: str
    probability: float
    doubt: str | None
    model: str
    version: str
    text_key: str
    words: str


class MentionStore:
    """Scored mentions, each id once. Every method raises ``FeedbackStoreError`` on a failure."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def close(self) -> None:
        """Close the connections. The next call opens new ones."""
        self._engine.dispose()

    def add(self, mentions: Sequence[StoredMention]) -> set[str]:
        """Write mentions to disk, and return the ids of new mentions.

        A mention whose id is stored, or was erased, is left out.
        """
        added: set[str] = set()
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        with transaction(self._engine, _SUBJECT) as connection:
            for start in range(0, len(mentions), _ROWS_TOGETHER):
                rows = {mention.id: mention for mention in mentions[start : start + _ROWS_TOGETHER]}
                # In the order of ids, so that two writers never wait for each other's rows.
                values = [asdict(rows[name]) for name in sorted(rows)]
                statement = (
                    dialect.insert(mention_table)
                    .on_conflict_do_nothing(index_elements=[_columns.id])
                    .returning(_columns.id)
                )
                written = set(connection.scalars(statement, values))
                added |= written - _delete_erased(connection, written)
        return added

    def erase(self, mention_id: str) -> bool:
        """Delete a mention; False if no mention has the id. The id is never stored again."""
        with transaction(self._engine, _SUBJECT) as connection:
            wanted = delete(mention_table).where(_columns.id == mention_id)
            if not connection.execute(wanted).rowcount:
                return False
            row = {"id_digest": _digest(mention_id), "erased_at": datetime.now(UTC)}
            connection.execute(insert(erased_table), row)
            return True

    def erase_older_than(self, age: timedelta) -> int:
        """Delete up to 10,000 mentions that were scored longer ago than ``age``. Returns how many.

        Digests of ids that were erased longer ago are deleted too.
        """
        before = datetime.now(UTC) - age
        oldest = select(_columns.id).where(_columns.scored_at < before).limit(_DELETED_TOGETHER)
        with transaction(self._engine, _SUBJECT) as connection:
            connection.execute(delete(erased_table).where(_erased.erased_at < before))
            return connection.execute(delete(mention_table).where(_columns.id.in_(oldest))).rowcount


def _delete_erased(connection: Connection, names: Collection[str]) -> set[str]:
    """Delete those of the mentions whose ids were erased before, and return the ids.

    An insert of an id waits for an erasure of the id that is under way. The digests are therefore
    read after the insert.
    """
    digests = {_digest(name): name for name in names}
    wanted = select(_erased.id_digest).where(_erased.id_digest.in_(digests))
    found = {digests[digest] for digest in connection.scalars(wanted)}
    if found:
        connection.execute(delete(mention_table).where(_columns.id.in_(found)))
    return found


def _digest(mention_id: str) -> str:
    return hashlib.sha256(mention_id.encode()).hexdigest()
