"""Processes of Prometheus and Alertmanager on loopback."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.servers import free_port

_PATIENCE_S = 60.0


class MissingBinaryError(RuntimeError):
    """A program for the tests is not installed."""


def binary(name: str) -> str:
    """The path of a program. Raises ``MissingBinaryError``."""
    path = shutil.which(name)
    if path is None:
        raise MissingBinaryError(f"{name} is not installed: run make debian")
    return path


@dataclass(frozen=True)
class Sample:
    """One series of an instant query: its labels and its value."""

    labels: dict[str, str]
    value: float


@dataclass
class _Process:
    """A process with an HTTP port and a readiness route, running inside a ``with`` block."""

    configuration: Path
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> Self:
        """Start the process and wait until ``/-/ready`` answers 200."""
        command = self.command()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended by itself:\n{self.log.read_text()[-4000:]}")
            try:
                if httpx.get(f"{self.url}/-/ready", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{command[0]} was not ready in time:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        """Send SIGTERM, and after 20 seconds SIGKILL."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path: str, **parameters: str) -> Any:
        response = httpx.get(f"{self.url}{path}", params=parameters, timeout=30)
        response.raise_for_status()
        return response.json()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Prometheus(_Process):
    """A running Prometheus. ``folder`` holds its data and its log."""

    def command(self) -> list[str]:
        return [
            binary("prometheus"),
            f"--config.file={self.configuration}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            f"--web.external-url={self.url}",
        ]

    def query(self, expression: str) -> list[Sample]:
        """The series of an instant query. A scalar is one series without labels."""
        data = self.get("/api/v1/query", query=expression)["data"]
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(row["metric"], float(row["value"][1])) for row in data["result"]]

    def wait_until(
        self,
        expression: str,
        condition: Callable[[list[Sample]], bool] = bool,
        patience_s: float = _PATIENCE_S,
    ) -> list[Sample]:
        """Query until ``condition`` holds, by default until there are series.

        Raises ``TimeoutError`` after ``patience_s`` seconds.
        """
        deadline = time.monotonic() + patience_s
        while True:
            samples = self.query(expression)
            if condition(samples):
                return samples
            if time.monotonic() > deadline:
                raise TimeoutError(f"{expression}: still {samples} after {patience_s} s")
            time.sleep(0.1)

    def alerts(self, name: str, state: str = "firing") -> list[dict[str, str]]:
        """Labels of the alerts with this name and state."""
        active = self.get("/api/v1/alerts")["data"]["alerts"]
        return [
            alert["labels"]
            for alert in active
            if alert["labels"]["alertname"] == name and alert["state"] == state
        ]


class Alertmanager(_Process):
    """A running Alertmanager. ``folder`` holds its data and its log."""

    def command(self) -> list[str]:
        return [
            binary("prometheus-alertmanager"),
            f"--config.file={self.configuration}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            f"--web.external-url={self.url}",
            # A single instance needs no gossip.
            "--cluster.listen-address=",
        ]

    def alerts(self) -> list[dict[str, Any]]:
        """All alerts, with ``labels``, ``annotations`` and ``status``."""
        alerts: list[dict[str, Any]] = self.get("/api/v2/alerts")
        return alerts
