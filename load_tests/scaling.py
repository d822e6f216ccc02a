"""``python -m load_tests.scaling``: what a load takes, reckoned from what families measured."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from load_tests.tables import table
from training.reports.documents import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.scaling -->"
    for part in ("scaling", "end of scaling")
)
_RATES = (1_000, 10_000, 100_000)
_DAY_S = 86_400
_TWEETS_A_DAY = 500_000_000


def scaling(
    measured: Annotated[Path, typer.Option(help="what python -m load_tests.families wrote")] = Path(
        "docs/performance.json"
    ),
    utilisation: Annotated[
        float, typer.Option(help="share of the measured rate that a replica is given")
    ] = 0.6,
    euro: Annotated[float, typer.Option(help="price of a core for an hour, in euro")] = 0.03,
    document: Annotated[Path | None, typer.Option(help="document that gets the tables")] = None,
) -> None:
    """Replicas, cores and euro for single requests, and for a day of tweets in batches."""
    if not measured.exists():
        raise SystemExit(f"{measured} is missing: make families writes it")
    found = json.loads(measured.read_text(encoding="utf-8"))
    cores, families = found["cores"], found["families"]
    single = table(
        ("model", "requests/s", "replicas", "cores", "euro an hour", "euro a million requests"),
        [
            _row(name, rate, figures["single"] * utilisation, cores, euro)
            for name, figures in families.items()
            for rate in _RATES
        ],
    )
    daily = _TWEETS_A_DAY / _DAY_S
    batches = table(
        ("model", "tweets/s", "replicas", "cores", "euro an hour", "euro a million tweets"),
        [_row(name, daily, figures["batch"], cores, euro) for name, figures in families.items()],
    )
    report = (
        f"Single requests, a replica of {cores} cores given {utilisation:.0%} of what 32 "
        f"connections got of it, a core at {euro:g} euro an hour:\n\n{single}\n\n"
        f"{_TWEETS_A_DAY:,} tweets in a day, by /predict_batch with 64 each, replicas busy all the "
        f"time:\n\n{batches}"
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def _row(name: str, rate: float, each: float, cores: int, euro: float) -> tuple[str, ...]:
    replicas = math.ceil(rate / each)
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
