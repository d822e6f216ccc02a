"""The stream program with a real broker: nothing is lost, and nothing is stored twice."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from serving.stream.redis_stream import FIELD
from tests.support.broker import Broker
from tests.support.stream import StreamStarter, mention_lines
from tests.support.waiting import wait_until

pytestmark = pytest.mark.server

STREAM = "mentions"


def send(broker: Broker, lines: list[bytes]) -> None:
    with closing(broker.client) as client:
        for line in lines:
            client.xadd(STREAM, {FIELD: line})


def stored_ids(streams: StreamStarter) -> list[str]:
    path = streams.folder / "data" / "feedback.db"
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("SELECT id FROM mentions")]


def test_mentions_are_stored_counted_and_deleted_from_the_broker(
    broker: Broker, streams: StreamStarter
) -> None:
    stream = streams.start()
    assert stream.metric("sentiment_mentions_total", source="replies") == 0
    send(broker, mention_lines(30))
    send(broker, mention_lines(20, source="page", begin=100))
    send(broker, mention_lines(10))
    wait_until(lambda: not broker.client.xlen(STREAM))
    assert len(stored_ids(streams)) == 50
    assert stream.metric("sentiment_mentions_total", source="replies") == 30
    assert stream.metric("sentiment_mentions_total", source="page") == 20
    assert stream.metric("sentiment_mention_delay_seconds_count") == 50
    wait_until(lambda: stream.metric("sentiment_mention_lag") == 0)
    assert stream.stop() == 0


def test_no_tweet_stands_in_the_table_the_log_or_the_metrics(
    broker: Broker, streams: StreamStarter
) -> None:
    stream = streams.start()
    text = "Zebra suitcases vanish at @AirParadis, call +33 6 12 34 56 78"
    send(broker, [json.dumps({"id": "z", "text": text, "source": "page"}).encode()])
    send(broker, [json.dumps({"id": "y", "text": text, "source": "zebra"}).encode()])
    wait_until(lambda: not broker.client.xlen(STREAM))
    with closing(sqlite3.connect(streams.folder / "data" / "feedback.db")) as database:
        ((words,),) = database.execute("SELECT words FROM mentions")
    assert words == "call suitcases vanish zebra"
    assert "ebra" not in stream.log.read_text()
    assert "ebra" not in stream.metrics_text


def test_unusable_mentions_are_kept_with_their_reason(
    broker: Broker, streams: StreamStarter
) -> None:
    stream = streams.start()
    faulty = [
        (b"no json", "json"),
        (b'{"id": "", "text": "late", "source": "page"}', "id"),
        (b'{"id": "a", "text": " ", "source": "page"}', "text"),
        (b'{"id": "a", "text": "late", "source": "forum"}', "source"),
        (b'{"id": "a", "text": "late", "source": "page", "posted_at": "today"}', "time"),
    ]
    send(broker, [line for line, _ in faulty])
    wait_until(lambda: not broker.client.xlen(STREAM))
    kept = broker.entries(f"{STREAM}:rejected")
    assert [(entry[b"mention"], entry[b"reason"].decode()) for entry in kept] == faulty
    assert stream.metric("sentiment_rejected_mentions_total", reason="source") == 1


def kill_while_mentions_arrive(
    broker: Broker, streams: StreamStarter, kills: int, number: int
) -> None:
    """Kill the stream at different moments while a producer writes; then let a last one finish."""
    lines = mention_lines(number)

    def produce() -> None:
        for line in lines:
            send(broker, [line])
            time.sleep(0.001)

    producer = threading.Thread(target=produce)
    producer.start()
    for kill in range(kills):
        stream = streams.start("--claim-after", "0.5", "--batch", "20")
        time.sleep(0.05 + 0.07 * (kill % 5))
        stream.kill()
    producer.join()
    streams.start("--claim-after", "0.5")
    wait_until(lambda: not broker.client.xlen(STREAM))
    ids = stored_ids(streams)
    assert sorted(ids) == sorted(f"m{index}" for index in range(number))


def test_killed_programs_lose_and_duplicate_nothing(broker: Broker, streams: StreamStarter) -> None:
    kill_while_mentions_arrive(broker, streams, kills=3, number=3000)


@pytest.mark.slow
def test_twenty_killed_programs_lose_and_duplicate_nothing(
    broker: Broker, streams: StreamStarter
) -> None:
    kill_while_mentions_arrive(broker, streams, kills=20, number=20_000)


def test_a_lost_broker_and_a_lost_database_are_waited_for(
    broker: Broker, streams: StreamStarter
) -> None:
    stream = streams.start()
    database = streams.folder / "data" / "feedback.db"
    away = database.with_name("away.db")
    database.rename(away)
    send(broker, mention_lines(5))
    wait_until(lambda: "the database does not store" in stream.log.read_text())
    broker.stop()
    away.rename(database)
    broker.process = Broker.start(broker.folder, broker.port).process
    wait_until(lambda: not broker.client.xlen(STREAM))
    assert len(stored_ids(streams)) == 5
    assert "works again" in stream.log.read_text()


def test_two_programs_share_the_mentions(broker: Broker, streams: StreamStarter) -> None:
    first = streams.start("--batch", "5", wait=False)
    second = streams.start("--batch", "5")
    wait_until(first.is_ready)
    send(broker, mention_lines(400))
    wait_until(lambda: not broker.client.xlen(STREAM))
    counts = [stream.metric("sentiment_mentions_total") for stream in (first, second)]
    assert sum(counts) == 400
    assert min(counts) > 0


def test_a_pipe_is_scored_into_a_file_and_bad_lines_into_another(streams: StreamStarter) -> None:
    lines = [*mention_lines(3), b"no json", *mention_lines(1)]
    for _ in range(2):
        outcome = streams.run("--to", "scored.jsonl", lines=lines)
        assert outcome.returncode == 0, outcome.stderr.decode()
    written = [
        json.loads(line) for line in (streams.folder / "scored.jsonl").read_text().splitlines()
    ]
    assert [line["id"] for line in written] == ["m0", "m1", "m2"]
    assert "text" not in written[0]
    rejected = (streams.folder / "mentions.rejected").read_text()
    assert rejected == "4\tjson\tno json\n" * 2


def test_scored_mentions_go_to_another_stream(broker: Broker, streams: StreamStarter) -> None:
    command = [sys.executable, "-m", "serving.stream.publish", "-", "--to", STREAM]
    subprocess.run(
        command,
        env=streams.environment,
        cwd=streams.folder,
        input=b"\n".join(mention_lines(12)),
        check=True,
        capture_output=True,
    )
    streams.start("--to", "stream:scored")
    wait_until(lambda: not broker.client.xlen(STREAM))
    scored = [json.loads(entry[b"mention"]) for entry in broker.entries("scored")]
    assert [line["id"] for line in scored] == [f"m{index}" for index in range(12)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "kafka:x"), "write stream:NAME or -"),
        (("--to", "scored.csv"), "write table, stream:NAME, FILE.jsonl or -"),
        (("--metrics", "9098"), "write HOST:PORT"),
    ],
)
def test_an_unusable_option_is_one_line(
    streams: StreamStarter, options: tuple[str, ...], message: str
) -> None:
    stream = streams.start(*options, wait=False)
    assert stream.process.wait(60) == 2
    assert message in stream.log.read_text()
    assert "Traceback" not in stream.log.read_text()
