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
        f"their full rate:\n\n{batches}"
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


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
