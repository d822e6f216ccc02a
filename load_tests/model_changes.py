"""``python -m load_tests.model_changes``: latency and memory while models change under load."""

import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
import psutil
import typer

from load_tests.servers.compared_server import this_service
from load_tests.servers.model_versions import add_version, copy_champion
from load_tests.servers.running_server import RunningServer, run_server
from load_tests.tables import table
from load_tests.traffic.open_loop import Answer, percentile_ms, send_open_loop
from load_tests.traffic.sustainable_rate import sustainable_rate
from load_tests.traffic.tweets import tweets
from models.artifacts.store import find_champion
from models.registry import FAMILIES
from training.markdown import replace_between
from training.promotion.signing_key import require_signing_key

_BEGIN, _END = (
    f"<!-- {part}: written by python -m load_tests.model_changes -->"
    for part in ("model changes", "end of model changes")
)
_ADMIN_KEY = "admin key of a load test"
_BEARER = {"Authorization": f"Bearer {_ADMIN_KEY}"}
_UTILISATION = 0.8
_LONGEST_CHANGE_S = 120.0


@dataclass
class ChangeResults:
    """Results of one model. Each interval with a change lasts as long as the change.

    ``memory_mib``: before the first change, and after each one.
    """

    rate: float
    without: list[list[Answer]] = field(default_factory=list)
    during: list[list[Answer]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    def not_2xx(self) -> int:
        return sum(answer.code != 200 for answers in self.during for answer in answers)

    def row(self, model: str) -> tuple[str, ...]:
        without, during = (
            statistics.median(percentile_ms(answers, 99) for answers in intervals)
            for intervals in (self.without, self.during)
        )
        first, *_, last = self.memory_mib
        return (
            model,
            f"{self.rate:.0f}",
            str(len(self.during)),
            f"{statistics.median(self.seconds):.1f}",
            f"{sum(map(len, self.during)):,}",
            str(self.not_2xx()),
            f"{without:.1f}",
            f"{during:.1f}",
            f"{during / without:.2f}",
            f"{first:.0f}",
            f"{last:.0f}",
            f"{statistics.median(self.loads):.1f}",
        )


def model_changes(
    models: Annotated[list[str], typer.Option("--model", help="families to change")] = [  # noqa: B006
        "baseline",
        "distilbert",
    ],
    changes: Annotated[int, typer.Option(help="changes of each family")] = 20,
    runners: Annotated[str, typer.Option(help="SENTIMENT_RUNNERS")] = "inline",
    document: Annotated[Path | None, typer.Option(help="document that gets the table")] = None,
) -> None:
    """Change a model again and again at 80 % of the sustainable rate.

    Intervals with a change alternate with intervals of the same length without one.
    """
    results = {name: _measure(name, changes, runners) for name in models}
    report = table(
        (
            "model",
            "requests/s",
            "changes",
            "s per change",
            "requests",
            "not 2xx",
            "p99 ms without",
            "p99 ms during",
            "ratio",
            "MiB before",
            "MiB after",
            "system load",
        ),
        [of_model.row(name) for name, of_model in results.items()],
    )
    typer.echo(report)
    if document is not None:
        replace_between(document, _BEGIN, _END, report)


def _measure(family: str, changes: int, runners: str) -> ChangeResults:
    if family not in FAMILIES:
        raise SystemExit(f"no such model: choose from {', '.join(FAMILIES)}")
    champion = find_champion(family)
    if champion is None:
        raise SystemExit(f"the model store holds no {family}: make train makes one")
    texts = tweets()
    with tempfile.TemporaryDirectory(prefix="load-test-") as name:
        home = Path(name)
        versions = [copy_champion(champion.folder, home, family)]
        versions.append(add_version(home, family, require_signing_key()))
        service = this_service(
            family,
            BENTOML_HOME=str(home),
            SENTIMENT_ADMIN_KEY=_ADMIN_KEY,
            SENTIMENT_RUNNERS=runners,
        )
        with run_server(service, {"text": "good"}) as server:
            found = sustainable_rate(server.url, texts)
            typer.echo(f"{family}: sustainable rate {found:.0f} requests/s", err=True)
            results = ChangeResults(found * _UTILISATION)
            results.memory_mib.append(server.tree.memory_mib())
            for number in range(changes):
                _add_interval(server, family, versions[number % 2], texts, number, results)
                typer.echo(
                    f"{family} {number + 1}: {results.seconds[-1]:.1f} s, p99 "
                    f"{percentile_ms(results.without[-1], 99):.1f} ms without, "
                    f"{percentile_ms(results.during[-1], 99):.1f} ms during, "
                    f"{results.memory_mib[-1]:.0f} MiB",
                    err=True,
                )
    return results


def _add_interval(
    server: RunningServer,
    family: str,
    version: str,
    texts: Sequence[str],
    number: int,
    results: ChangeResults,
) -> None:
    """An interval with a change, and one of the same length without. Their order alternates."""
    length = results.seconds[-1] if results.seconds else 5.0
    if number % 2:
        results.without.append(send_open_loop(server.url, texts, results.rate, length, seed=number))
    change = _Change(server.address, family, version)
    results.during.append(
        send_open_loop(
            server.url, texts, results.rate, _LONGEST_CHANGE_S, change.has_ended, seed=number
        )
    )
    results.seconds.append(change.seconds())
    results.loads.append(psutil.getloadavg()[0])
    if not number % 2:
        results.without.append(
            send_open_loop(server.url, texts, results.rate, results.seconds[-1], seed=number)
        )
    results.memory_mib.append(server.tree.memory_mib())


class _Change:
    """A change that a thread asks for, and whose end the thread waits for."""

    def __init__(self, address: str, family: str, version: str) -> None:
        self._address = address
        self._asked = {"model": family, "version": version}
        self._ended = threading.Event()
        self._began = time.perf_counter()
        self._seconds: float | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def has_ended(self) -> bool:
        return self._ended.is_set()

    def seconds(self) -> float:
        """Seconds from the request to the end; ``SystemExit`` if the change was not done."""
        if self._seconds is None:
            raise SystemExit(f"the change to {self._asked['version']} was not done")
        return self._seconds

    def _run(self) -> None:
        try:
            with httpx.Client(base_url=self._address, headers=_BEARER, timeout=30) as client:
                client.post("/admin/models", json=self._asked).raise_for_status()
                change = client.get("/admin/models").json()["change"]
                while not change["ended_at"]:
                    time.sleep(0.2)
                    change = client.get("/admin/models").json()["change"]
            if change["state"] == "done":
                self._seconds = time.perf_counter() - self._began
        finally:
            self._ended.set()


if __name__ == "__main__":
    typer.run(model_changes)
