"""The stream program with a real broker: nothing is lost, and nothing is stored twice."""

import json
import random
import threading
import time
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select

from serving.mentions.table import mention_table
from serving.stream.__main__ import stream
from serving.stream.redis_stream import FIELD
from tests.support.broker import Broker
from tests.support.postgres import Postgres
from tests.support.stream import Stream, StreamStarter, mention_lines
from tests.support.waiting import wait_until

pytestmark = pytest.mark.server

STREAM = "mentions"
REJECTED = "mentions:rejected"


def send(broker: Broker, lines: list[bytes], stream: str = STREAM) -> None:
    with closing(broker.client) as client:
        for line in lines:
            client.xadd(stream, {FIELD: line})


def wait_until_empty(broker: Broker, stream: str = STREAM) -> None:
    with closing(broker.client) as client:
        wait_until(lambda: not client.xlen(stream), patience_s=120)


def database_url(streams: StreamStarter) -> str:
    default = f"sqlite:///{streams.folder / 'data' / 'feedback.db'}"
    return streams.settings.get("SENTIMENT_DATABASE_URL", default)


def stored_words(streams: StreamStarter, prefix: str) -> dict[str, str]:
    """The words of the stored mentions, by id."""
    engine = create_engine(database_url(streams))
    wanted = select(mention_table.c.id, mention_table.c.words)
    with engine.connect() as connection:
        found = [(name, words) for name, words in connection.execute(wanted)]
    engine.dispose()
    return {name: words for name, words in found if name.startswith(prefix)}


def test_mentions_are_stored_counted_and_deleted_from_the_broker(
    broker: Broker, streams: StreamStarter, running: Stream
) -> None:
    assert running.metric("sentiment_mentions_total", source="replies") == 0
    send(broker, mention_lines(30, "a"))
    send(broker, mention_lines(20, "b", source="page"))
    send(broker, mention_lines(10, "a"))
    wait_until_empty(broker)
    assert len(stored_words(streams, "a")) == 30
    assert len(stored_words(streams, "b")) == 20
    assert running.metric("sentiment_mentions_total", source="replies") == 30
    assert running.metric("sentiment_mentions_total", source="page") == 20
    assert running.metric("sentiment_mention_delay_seconds_count") == 50
    wait_until(lambda: running.metric("sentiment_mention_lag") == 0)


def test_no_tweet_stands_in_the_table_the_log_or_the_metrics(
    broker: Broker, streams: StreamStarter, running: Stream
) -> None:
    text = "Zebra suitcases vanish at @AirParadis, call +33 6 12 34 56 78"
    send(broker, [json.dumps({"id": "z", "text": text, "source": "page"}).encode()])
    send(broker, [json.dumps({"id": "y", "text": text, "source": "zebra"}).encode()])
    wait_until_empty(broker)
    assert stored_words(streams, "z") == {"z": "call suitcases vanish zebra"}
    assert "ebra" not in running.log.read_text()
    assert "ebra" not in running.metrics_text


def test_unusable_mentions_are_kept_with_their_reason(broker: Broker, running: Stream) -> None:
    faulty = [
        (b"no json", "json"),
        (b'{"id": "", "text": "late", "source": "page"}', "id"),
        (b'{"id": "a", "text": " ", "source": "page"}', "text"),
        (b'{"id": "a", "text": "late", "source": "forum"}', "source"),
        (b'{"id": "a", "text": "late", "source": "page", "posted_at": "today"}', "time"),
    ]
    before = running.metric("sentiment_rejected_mentions_total", reason="source")
    send(broker, [line for line, _ in faulty])
    wait_until_empty(broker)
    kept = [(entry[b"mention"], entry[b"reason"].decode()) for entry in broker.entries(REJECTED)]
    assert kept[-len(faulty) :] == faulty
    assert running.metric("sentiment_rejected_mentions_total", reason="source") == before + 1


def test_two_programs_share_the_mentions(
    broker: Broker, streams: StreamStarter, running: Stream
) -> None:
    second = streams.start("--batch", "5")
    before = running.metric("sentiment_mentions_total")
    for number in range(20):
        send(broker, mention_lines(20, f"s{number}-"))
    wait_until_empty(broker)
    counts = [
        running.metric("sentiment_mentions_total") - before,
        second.metric("sentiment_mentions_total"),
    ]
    assert sum(counts) == len(stored_words(streams, "s")) == 400
    assert min(counts) > 0
    assert second.stop() == 0


def test_a_lost_broker_and_a_lost_database_are_waited_for(
    broker: Broker, streams: StreamStarter, running: Stream
) -> None:
    database = streams.folder / "data" / "feedback.db"
    away = database.with_name("away.db")
    database.rename(away)
    send(broker, mention_lines(5, "w"))
    wait_until(lambda: "the database does not store" in running.log.read_text())
    wait_until(lambda: running.metric("sentiment_mention_lag") == 5)
    broker.stop()
    away.rename(database)
    broker.process = Broker.start(broker.folder, broker.port).process
    wait_until_empty(broker)
    assert len(stored_words(streams, "w")) == 5
    assert "works again" in running.log.read_text()
    assert "Traceback" not in running.log.read_text()


def kill_while_mentions_arrive(
    broker: Broker, streams: StreamStarter, kills: int, number: int
) -> None:
    """Kill the stream at random moments while a producer writes; then let a last one finish."""
    stream = f"kills{kills}"
    moments = random.Random(kills)
    unacknowledged = 0

    def produce() -> None:
        for line in mention_lines(number, "k"):
            send(broker, [line], stream)
            time.sleep(0.001)

    producer = threading.Thread(target=produce)
    producer.start()
    options = ("--from", f"stream:{stream}", "--claim-after", "0.5")
    for _ in range(kills):
        killed = streams.start(*options, "--batch", "20")
        time.sleep(moments.uniform(0, 0.5))
        killed.kill()
        unacknowledged += broker.pending(stream)
    producer.join()
    streams.start(*options)
    wait_until_empty(broker, stream)
    assert stored_words(streams, "k").keys() == {f"k{index}" for index in range(number)}
    assert unacknowledged, "no kill hit a program at work"


def test_killed_programs_lose_and_duplicate_nothing(broker: Broker, streams: StreamStarter) -> None:
    kill_while_mentions_arrive(broker, streams, kills=3, number=3000)


@pytest.mark.slow
def test_twenty_killed_programs_lose_and_duplicate_nothing_in_postgresql(
    broker: Broker, streams: StreamStarter, postgres: Postgres
) -> None:
    with streams.with_settings(SENTIMENT_DATABASE_URL=postgres.url):
        kill_while_mentions_arrive(broker, streams, kills=20, number=20_000)


def test_a_pipe_is_scored_into_a_stream_and_bad_lines_into_a_file(
    broker: Broker, streams: StreamStarter
) -> None:
    program = streams.start("--from", "-", "--to", "stream:scored")
    program.write([*mention_lines(3, "p"), b"no json"])
    rejected = streams.folder / "mentions.rejected"
    wait_until(rejected.is_file)
    # The pipe stays open.
    assert program.stop() == 0
    scored = [json.loads(entry[b"mention"]) for entry in broker.entries("scored")]
    assert [line["id"] for line in scored] == ["p0", "p1", "p2"]
    assert "text" not in scored[0]
    assert rejected.read_text() == "4\tjson\tno json\n"
    assert rejected.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "kafka:x"), "write stream:NAME or -"),
        (("--to", "scored.csv"), "write table, stream:NAME, FILE.jsonl or -"),
        (("--metrics", "9098"), "write HOST:PORT"),
    ],
)
def test_an_unusable_option_is_named(options: tuple[str, ...], message: str) -> None:
    outcome = CliRunner().invoke(stream, options)
    assert outcome.exit_code == 2
    assert message in outcome.output
