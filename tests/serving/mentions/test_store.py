"""The store keeps each mention once, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from serving.feedback.database import migrate
from serving.mentions.store import MentionStore, StoredMention
from tests.support.postgres import Postgres

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[MentionStore]:
    # PostgreSQL's own user needs a folder that it may enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = None
        url = f"sqlite:///{folder}/feedback.db"
        if request.param == "postgresql":
            server = Postgres.create(Path(folder) / "postgres")
            url = server.url
        migrate(url)
        opened = MentionStore(url)
        yield opened
        opened.close()
        if server:
            server.stop()


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


def test_old_mentions_are_deleted(store: MentionStore) -> None:
    old = datetime.now(UTC) - timedelta(days=91)
    store.add([mention("c1", old), mention("c2")])
    assert store.erase_older_than(timedelta(days=90)) == 1
    assert store.add([mention("c1"), mention("c2")]) == {"c1"}
