"""``python -m load_tests.stream``: mentions per second from the broker into the table."""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import httpx
import psutil
import redis
import typer
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from load_tests.servers.ports import first_free_port
from load_tests.servers.process_tree import ProcessTree
from load_tests.tables import table
from load_tests.traffic.tweets import tweets
from serving.stream.redis_stream import add_entries
from training.markdown import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.stream -->"
    for part in ("rate of the stream", "end of rate of the stream")
)
_STREAM = "mentions"
_SENT_TOGETHER = 1000
_PATIENCE_S = 1800.0
_PERIOD_S = 0.1


@dataclass(frozen=True)
class Sample:
    """The metrics of the program at a time."""

    time_s: float
    stored: float
    cpu_s: float
    resident_mib: float


def stream(
    families: Annotated[str, typer.Option(help="families, separated by commas")] = (
        "baseline,distilbert"
    ),
    mentions: Annotated[int, typer.Option(help="mentions of each family")] = 20_000,
    database: Annotated[
        str, typer.Option(help="address of an empty database; SQLite by default")
    ] = "",
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Fill a stream of a real Redis, start the program, and wait until it has stored all mentions.

    Redis writes each entry to disk. Each text is new, so that the cache of equal texts has no part.
    A JSON file beside the document gets the rates, for ``load_tests.scaling``.
    """
    rows, cpu_ms, entry_bytes = [], {}, 0.0
    with tempfile.TemporaryDirectory(prefix="stream-") as folder:
        for family in families.split(","):
            place = Path(folder) / family
            samples, entry_bytes = _measure(family, mentions, database, place)
            rows.append(_row(family, samples, database))
            cpu_ms[family] = _cpu_ms(samples)
    head = (
        *("model", "database", "mentions/s", "processor ms per mention"),
        *("resident MiB", "system load"),
    )
    report = f"{mentions:,} mentions of a model, all with different texts.\n\n{table(head, rows)}"
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)
        sizes = {"entry_bytes": entry_bytes, "row_bytes": _row_bytes(database)}
        measured = json.dumps({"processor_ms_per_mention": cpu_ms, **sizes}, indent=2)
        document.with_suffix(".json").write_text(f"{measured}\n", encoding="utf-8")


def _cpu_ms(samples: Sequence[Sample]) -> float:
    """Milliseconds of processor time of the program for each stored mention."""
    first, last = samples[0], samples[-1]
    return (last.cpu_s - first.cpu_s) / (last.stored - first.stored) * 1000


def _row_bytes(database: str) -> float:
    """Bytes of a row of the table with its indexes, in PostgreSQL; else 0."""
    if make_url(database or "sqlite://").get_backend_name() != "postgresql":
        return 0.0
    size = text("SELECT pg_total_relation_size('mentions')::float / count(*) FROM mentions")
    with create_engine(database).connect() as connection:
        return float(connection.scalar(size) or 0.0)


def _measure(family: str, mentions: int, database: str, folder: Path) -> tuple[list[Sample], float]:
    """Samples from the first stored mention to the last, and the broker's bytes of an entry."""
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("redis-server is not installed: run make debian")
    for name in ("broker", "program"):
        (folder / name).mkdir(parents=True)
    port = first_free_port(2)
    broker = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    broker += ["--appendonly", "yes", "--appendfsync", "always"]
    environment = {
        **os.environ,
        "SENTIMENT_BROKER_URL": f"redis://127.0.0.1:{port}/0",
        "SENTIMENT_DATA_DIR": str(folder / "program"),
        "SENTIMENT_THREADS": os.environ.get("SENTIMENT_THREADS", "1"),
        "PYTHONPATH": str(Path.cwd()),
    }
    if database:
        environment["SENTIMENT_DATABASE_URL"] = database
    address = f"127.0.0.1:{port + 1}"
    command = [sys.executable, "-m", "serving.stream", "--model", family, "--metrics", address]
    with ProcessTree(broker, os.environ, folder / "broker"):
        entry_bytes = _fill(port, family, mentions)
        with ProcessTree(command, environment, folder / "program"):
            return _samples(f"http://{address}/metrics", mentions), entry_bytes


def _fill(port: int, family: str, mentions: int) -> float:
    """Send the mentions. Returns the broker's bytes of an entry."""
    client = redis.Redis(port=port)
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(_PERIOD_S)
    contents = (
        json.dumps(
            {"id": f"{family}{number}", "text": f"{tweet[:900]} {number}", "source": "mentions"}
        ).encode()
        for number, tweet in enumerate(islice(cycle(tweets()), mentions))
    )
    while together := list(islice(contents, _SENT_TOGETHER)):
        add_entries(client, _STREAM, together)
    return float(client.memory_usage(_STREAM, samples=0) or 0) / mentions


def _samples(url: str, mentions: int) -> list[Sample]:
    samples: list[Sample] = []
    ended = time.monotonic() + _PATIENCE_S
    while not samples or samples[-1].stored < mentions:
        if time.monotonic() > ended:
            raise SystemExit(f"the program has not stored all mentions after {_PATIENCE_S:g} s")
        try:
            sample = _sample(httpx.get(url, timeout=10).text)
        except httpx.TransportError:
            sample = None
        if sample and sample.stored:
            samples.append(sample)
        time.sleep(_PERIOD_S)
    return samples


def _sample(metrics: str) -> Sample:
    values: dict[str, float] = {}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            values[sample.name] = values.get(sample.name, 0.0) + sample.value
    return Sample(
        time.monotonic(),
        values["sentiment_mentions_total"],
        values["process_cpu_seconds_total"],
        values["process_resident_memory_bytes"] / 2**20,
    )


def _row(family: str, samples: list[Sample], database: str) -> list[str]:
    first, last = samples[0], samples[-1]
    stored = last.stored - first.stored
    return [
        family,
        make_url(database or "sqlite://").get_backend_name(),
        f"{stored / (last.time_s - first.time_s):,.0f}",
        f"{_cpu_ms(samples):.2f}",
        f"{max(sample.resident_mib for sample in samples):.0f}",
        f"{psutil.getloadavg()[0]:.1f}",
    ]


if __name__ == "__main__":
    typer.run(stream)
