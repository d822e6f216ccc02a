"""``python -m load_tests.scaling``: replicas, cores and cost, from the measured rates."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from load_tests.tables import table
from training.markdown import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.scaling -->"
    for part in ("scaling", "end of scaling")
)
_RATES = (1_000, 10_000, 100_000)
_DAY_S = 86_400
_TWEETS_PER_DAY = 500_000_000


def scaling(
    measured: Annotated[Path, typer.Option(help="rates from python -m load_tests.families")] = Path(
        "docs/performance.json"
    ),
    bulk: Annotated[Path, typer.Option(help="rates from python -m load_tests.bulk")] = Path(
        "docs/bulk.json"
    ),
    stream: Annotated[Path, typer.Option(help="rates from python -m load_tests.stream")] = Path(
        "docs/crowd_stream.json"
    ),
    peak: Annotated[float, typer.Option(help="mentions of the peak hour over the mean hour")] = 2.5,
    repeated: Annotated[float, typer.Option(help="share of mentions with a recent text")] = 0.3,
    utilisation: Annotated[
        float, typer.Option(help="load of a replica as a share of its measured rate")
    ] = 0.6,
    euro: Annotated[float, typer.Option(help="price of a core per hour, in euro")] = 0.03,
    document: Annotated[Path | None, typer.Option(help="document that gets the tables")] = None,
) -> None:
    """Print replicas, cores and euro for single requests, and for a day of tweets in batches."""
    if not measured.exists():
        raise SystemExit(f"{measured} is missing: make families writes it")
    rates = json.loads(measured.read_text(encoding="utf-8"))
    cores, families = rates["cores"], rates["families"]
    single = table(
        ("model", "requests/s", "replicas", "cores", "euro per hour", "euro per million requests"),
        [
            scaling_row(name, rate, of_family["single"] * utilisation, cores, euro)
            for name, of_family in families.items()
            for rate in _RATES
        ],
    )
    daily = _TWEETS_PER_DAY / _DAY_S
    batches = table(
        ("model", "tweets/s", "replicas", "cores", "euro per hour", "euro per million tweets"),
        [
            scaling_row(name, daily, of_family["batch"], cores, euro)
            for name, of_family in families.items()
        ],
    )
    report = (
        f"Single requests; a replica has {cores} cores and carries {utilisation:.0%} of its rate "
        f"at 32 connections; a core costs {euro:g} euro per hour:\n\n{single}\n\n"
        f"{_TWEETS_PER_DAY:,} tweets per day in requests of 64 to /predict_batch; replicas carry "
        f"their full rate:\n\n{batches}\n\n"
        f"{mentions_report(bulk, stream, peak, repeated, euro)}"
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def mentions_report(bulk: Path, stream: Path, peak: float, repeated: float, euro: float) -> str:
    """Cores and cost of a day of mentions in bulk and in the stream, and their storage."""
    scored = json.loads(bulk.read_text(encoding="utf-8"))
    streamed = json.loads(stream.read_text(encoding="utf-8"))
    cpu_ms, row_bytes = streamed["processor_ms_per_mention"], streamed["row_bytes"]
    entry_bytes = streamed["entry_bytes"]
    daily = _TWEETS_PER_DAY / _DAY_S
    rows = []
    for family, rate in scored["distinct_rows_per_s"].items():
        cores = daily * (1 - repeated) / (rate / scored["cores"])
        rows.append(mentions_row(family, "bulk, through the day", cores, euro))
    for family, of_mention in cpu_ms.items():
        cores = daily * of_mention / 1000
        rows.append(mentions_row(family, "stream, mean hour", cores, euro))
        rows.append(mentions_row(family, f"stream, peak hour ({peak:g} times)", peak * cores, euro))
    head = ("model", "way", "cores", "euro per day")
    stored = _TWEETS_PER_DAY * row_bytes / 1e9
    waiting = daily * peak * 3600 * entry_bytes / 1e9
    return (
        f"{_TWEETS_PER_DAY:,} mentions per day are {daily:,.0f} a second, and {peak * daily:,.0f} "
        "in the peak hour. Bulk scoring computes each text once, and "
        f"{repeated:.0%} of the mentions are assumed to repeat a recent text, as retweets do. The "
        "stream's processor time is that of different texts, and leaves out the database:\n\n"
        f"{table(head, rows)}\n\n"
        f"A row of the table `mentions` has about {row_bytes:.0f} bytes in PostgreSQL with its "
        f"indexes: {stored:,.0f} GB a day, and {90 * stored / 1000:,.1f} TB in 90 days. An entry "
        f"of the broker has about {entry_bytes:.0f} bytes: an hour of the peak that waits needs "
        f"{waiting:,.1f} GB of Redis memory."
    )


def mentions_row(family: str, way: str, cores: float, euro: float) -> tuple[str, ...]:
    """``cores`` that are busy on average, and their price for a day."""
    return family, way, f"{math.ceil(cores):,}", f"{math.ceil(cores) * 24 * euro:,.2f}"


def scaling_row(
    name: str, rate: float, replica_rate: float, cores: int, euro: float
) -> tuple[str, ...]:
    """Replicas of ``cores`` cores for ``rate`` requests per second, and their cost."""
    replicas = math.ceil(rate / replica_rate)
    hourly = replicas * cores * euro
    million = hourly / (rate * 3600) * 1e6
    return (
        name,
        f"{rate:,.0f}",
        f"{replicas:,}",
        f"{replicas * cores:,}",
        f"{hourly:,.2f}",
        f"{million:.2f}",
    )


if __name__ == "__main__":
    typer.run(scaling)
