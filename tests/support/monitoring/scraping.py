"""A real Prometheus with the project's rules that scrapes a service and the monitoring itself."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import STDOUT, Popen
from typing import Self

import httpx

from tests.support.champions import REPOSITORY
from tests.support.monitoring.history import backfill, mentions_until
from tests.support.monitoring.processes import Alertmanager, Prometheus, binary
from tests.support.servers import Server, free_port

_RULES = REPOSITORY / "monitoring" / "prometheus" / "rules"


@dataclass
class NodeExporter:
    """Debian's node_exporter on loopback, running inside a ``with`` block."""

    log: Path
    port: int = field(default_factory=free_port)

    def __enter__(self) -> Self:
        with self.log.open("w") as log:
            self.process = Popen(
                [binary("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{self.port}"],
                stdout=log,
                stderr=STDOUT,
            )
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/metrics").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise RuntimeError(f"node_exporter was not ready in time:\n{self.log.read_text()[-4000:]}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def scraping(server: Server, folder: Path, interval: str = "1s") -> Iterator[Prometheus]:
    """A Prometheus that scrapes the jobs of the dashboards and evaluates the rules.

    Its database already has a stream of mentions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    # Alertmanager and Prometheus read YAML, of which JSON is a subset.
    silent = folder / "alertmanager.json"
    silent.write_text(json.dumps({"route": {"receiver": "no"}, "receivers": [{"name": "no"}]}))
    with (
        NodeExporter(folder / "node-exporter.log") as node,
        Alertmanager(silent, folder / "alertmanager") as alertmanager,
    ):
        jobs = {
            "sentiment": server.port,
            "prometheus": port,
            "alertmanager": alertmanager.port,
            "node": node.port,
        }
        configuration = folder / "prometheus.json"
        configuration.write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": interval, "evaluation_interval": interval},
                    "alerting": {
                        "alertmanagers": [
                            {"static_configs": [{"targets": [f"127.0.0.1:{alertmanager.port}"]}]}
                        ]
                    },
                    "rule_files": [f"{_RULES}/*.yaml"],
                    "scrape_configs": [
                        {
                            "job_name": name,
                            "static_configs": [{"targets": [f"127.0.0.1:{number}"]}],
                        }
                        for name, number in jobs.items()
                    ],
                }
            )
        )
        data = folder / "prometheus" / "data"
        backfill(mentions_until(time.time()), folder / "history", data)
        with Prometheus(configuration, folder / "prometheus", port) as prometheus:
            prometheus.wait_until("up == 1", lambda found: len(found) == len(jobs))
            yield prometheus
