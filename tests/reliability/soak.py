"""A soak: a server answers light traffic of every kind, and its resources must not grow.

``python -m tests.reliability.soak --minutes 60`` prints the growth. Its exit status is 1 if a
resource grew.
"""

import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import BaseModel

from models.registry import FAMILIES
from tests.support.champions import REPOSITORY, Workplace, trained_workplace
from tests.support.reliability.growth import Growth, Sample, fit_growth, take_sample
from tests.support.reliability.visits import Visits
from tests.support.servers import Server, own_home

# Pauses between requests keep the load at a few percent of a core.
_PAUSE_S = 0.2
_ADMIN_KEY = "key-of-the-soak-test"
_CACHED_TEXTS = "200"

_MOST_MEMORY_MIB_A_MINUTE = 1.0
# The linear fit of a constant number fluctuates by fractions, since samples catch open connections.
_MOST_FITTED_GROWTH = 1.0


class SoakRecord(BaseModel):
    """The record of a soak. ``unexpected`` lists requests with an unexpected answer."""

    requests: int
    unexpected: list[str]
    samples: list[Sample]


def faults(record: SoakRecord, growth: Growth) -> list[str]:
    """A sentence for each resource that grew, and for each unexpected answer."""
    found = [f"unexpected answer: {answer}" for answer in record.unexpected]
    if growth.memory_mib_a_minute >= _MOST_MEMORY_MIB_A_MINUTE:
        found.append(f"a process grows by {growth.memory_mib_a_minute:.2f} MiB a minute")
    if growth.descriptors >= _MOST_FITTED_GROWTH:
        found.append(f"a process opened {growth.descriptors:.1f} more file descriptors")
    if growth.threads >= _MOST_FITTED_GROWTH:
        found.append(f"a process started {growth.threads:.1f} more threads")
    if growth.series:
        found.append(f"the number of metric series changed by {growth.series}")
    return found


def soak(server: Server, minutes: float) -> SoakRecord:
    """Send rounds of requests for ``minutes``, and take a sample of the resources after each."""
    visits = Visits(server.url, tuple(FAMILIES), _ADMIN_KEY)
    samples: list[Sample] = []
    started = time.monotonic()
    while (elapsed := (time.monotonic() - started) / 60) < minutes:
        for _ in visits.round():
            time.sleep(_PAUSE_S)
        samples.append(take_sample(server, elapsed))
    return SoakRecord(requests=visits.requests, unexpected=visits.unexpected, samples=samples)


def soak_new_server(trained: Workplace, folder: Path, minutes: float) -> SoakRecord:
    """Start a server of all champions, with its files in ``folder``, and soak it."""
    environment = {
        **trained.environment,
        "BENTOML_HOME": str(own_home(folder, trained.home)),
        "SENTIMENT_DATA_DIR": str(folder / "data"),
        "SENTIMENT_API_WORKERS": "2",
        "SENTIMENT_ADMIN_KEY": _ADMIN_KEY,
        "SENTIMENT_CACHE_TEXTS": _CACHED_TEXTS,
    }
    server = Server("service:SentimentService", REPOSITORY, environment, folder / "log")
    server.launch()
    try:
        return soak(server.wait_until_ready(), minutes)
    finally:
        server.stop()


def main(
    minutes: Annotated[float, typer.Option(help="Duration of the traffic.")] = 60,
    record: Annotated[Path | None, typer.Option(help="File that keeps all samples.")] = None,
    champions: Annotated[Path, typer.Option(help="Folder of trained models.")] = (
        REPOSITORY / ".pytest_cache" / "d" / "champions"
    ),
) -> None:
    """Measure the resources of a server under light traffic."""
    # The server must stop when this process is asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    trained = trained_workplace(champions.resolve())
    with TemporaryDirectory() as name:
        seen = soak_new_server(trained, Path(name), minutes)
    if record is not None:
        record.write_text(seen.model_dump_json())
    growth = fit_growth(seen.samples)
    print(f"{seen.requests} requests; {growth}")
    for fault in (broken := faults(seen, growth)):
        print(fault)
    sys.exit(bool(broken))


if __name__ == "__main__":
    typer.run(main)
