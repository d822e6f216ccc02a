"""The store keeps each mention once, on SQLite and on PostgreSQL."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import delete, insert

from serving.feedback.database import migrate, open_engine
from serving.mentions.store import MentionStore, StoredMention
from serving.mentions.table import erased_table, mention_table
from tests.support.postgres import Postgres

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    # PostgreSQL's own user needs a folder that it may enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = None
        url = f"sqlite:///{folder}/feedback.db"
        if request.param == "postgresql":
            server = Postgres.create(Path(folder) / "postgres")
            url = server.url
        migrate(url)
        yield url
        if server:
            server.stop()


@pytest.fixture(scope="module")
def store(url: str) -> Iterator[MentionStore]:
    opened = MentionStore(url)
    yield opened
    opened.close()


def mention(name: str, scored_at: datetime | None = None) -> StoredMention:
    now = datetime.now(UTC)
    return StoredMention(
        *(name, "replies", now, scored_at or now, "negative", 0.1, None),
        *("baseline", "v1", f"key of {name}", "bag lost"),
    )


def test_a_mention_is_stored_once(store: MentionStore) -> None:
    assert store.add([mention("a1"), mention("a2"), mention("a1")]) == {"a1", "a2"}
    assert store.add([mention("a2"), mention("a3")]) == {"a3"}


def test_many_mentions_are_stored_in_one_call(store: MentionStore) -> None:
    assert len(store.add([mention(f"m{number}") for number in range(2500)])) == 2500


def test_an_erased_mention_does_not_come_back(store: MentionStore) -> None:
    store.add([mention("b1")])
    assert store.erase("b1")
    assert not store.erase("b1")
    assert store.add([mention("b1"), mention("b2")]) == {"b2"}


def test_a_mention_that_arrives_during_its_erasure_does_not_come_back(
    url: str, store: MentionStore
) -> None:
    store.add([mention("e1")])
    engine = open_engine(url).execution_options(writes=True)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as erasure:
            erasure.execute(delete(mention_table).where(mention_table.c.id == "e1"))
            digest = hashlib.sha256(b"e1").hexdigest()
            row = {"id_digest": digest, "erased_at": datetime.now(UTC)}
            erasure.execute(insert(erased_table), row)
            arrival = pool.submit(store.add, [mention("e1"), mention("e2")])
            # The arrival now waits for the erasure.
            assert wait([arrival], timeout=0.5).not_done
        assert arrival.result() == {"e2"}
    assert not store.erase("e1")
    engine.dispose()


def test_old_mentions_are_deleted(store: MentionStore) -> None:
    old = datetime.now(UTC) - timedelta(days=91)
    store.add([mention("c1", old), mention("c2")])
    assert store.erase_older_than(timedelta(days=90)) == 1
    assert store.add([mention("c1"), mention("c2")]) == {"c1"}
