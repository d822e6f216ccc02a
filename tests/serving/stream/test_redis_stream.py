"""Streams of a real Redis: bounds for writers, and the age of unusable mentions."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from serving.stream.delivery import FullStreamError, StreamError
from serving.stream.redis_stream import FIELD, MOST_WAITING, RedisSource, add_entries, connect
from tests.support.broker import Broker
from tests.support.stream import StreamStarter, mention_lines
from tests.support.waiting import wait_until

pytestmark = pytest.mark.server


def test_a_sender_waits_while_the_stream_is_full(broker: Broker, streams: StreamStarter) -> None:
    client = connect(broker.url)
    add_entries(client, "full", [b"{}"] * MOST_WAITING)
    with pytest.raises(FullStreamError):
        add_entries(client, "full", [b"{}"])
    export = streams.folder / "export.jsonl"
    export.write_bytes(b"\n".join(mention_lines(12, "f")))
    command = [sys.executable, "-m", "serving.stream.publish", str(export), "--to", "full"]
    log = streams.folder / "publish.log"
    with log.open("wb") as file:
        sender = subprocess.Popen(command, env=streams.environment, stderr=file)
    wait_until(lambda: "100,000 entries: waiting" in log.read_text())
    assert client.xlen("full") == MOST_WAITING
    client.xtrim("full", maxlen=0, approximate=False)
    assert sender.wait(30) == 0
    assert [entry[FIELD.encode()] for entry in broker.entries("full")] == mention_lines(12, "f")
    assert "12 mentions sent" in log.read_text()


def test_a_broker_without_memory_is_a_full_stream(broker: Broker) -> None:
    client = connect(broker.url)
    client.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(FullStreamError, match="no memory"):
            add_entries(client, "new", [b"{}"])
    finally:
        client.config_set("maxmemory", "0")
    assert client.xlen("new") == 0


@pytest.mark.parametrize("url", ["redis://:se/cret@localhost:6379/0", "secret@localhost"])
def test_an_unusable_address_of_the_broker_is_not_repeated(url: str) -> None:
    with pytest.raises(StreamError, match="write redis://:PASSWORD@HOST") as refused:
        connect(url)
    assert "cret" not in str(refused.value)


def test_unusable_mentions_are_deleted_after_their_time(broker: Broker) -> None:
    client = connect(broker.url)
    source = RedisSource(client, "aged", "one", 60, timedelta(days=90))
    old = int((datetime.now(UTC) - timedelta(days=91)).timestamp() * 1000)
    client.xadd("aged:rejected", {FIELD: b"old"}, id=f"{old}-0")
    client.xadd("aged", {FIELD: b"no json"})
    (delivery,) = source.read(10)
    source.reject(delivery, "json")
    source.read(10)
    assert broker.entries("aged:rejected") == [{FIELD.encode(): b"no json", b"reason": b"json"}]
    assert source.lag() == broker.pending("aged") == 0
