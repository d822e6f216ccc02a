"""The program ``python -m serving.stream`` as a process."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support.champions import REPOSITORY, Workplace
from tests.support.servers import free_port
from tests.support.waiting import wait_until


@dataclass
class Stream:
    """A running stream with its metrics and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def metrics_text(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/metrics").text

    def metric(self, name: str, **labels: str) -> float:
        return sum(
            sample.value
            for metric_family in text_string_to_metric_families(self.metrics_text)
            for sample in metric_family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return "scores mentions from" in self.log.read_text()

    def write(self, lines: Iterable[bytes]) -> None:
        """Write lines into the pipe, which stays open."""
        assert self.process.stdin
        self.process.stdin.writelines(line + b"\n" for line in lines)
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """The exit code after SIGTERM."""
        self.process.terminate()
        code = self.process.wait(30)
        self.process.communicate()
        return code


@dataclass
class StreamStarter:
    """Starts streams on the baseline, with the settings of one test."""

    workplace: Workplace
    folder: Path
    settings: dict[str, str]
    started: list[Stream] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **self.workplace.environment,
            "SENTIMENT_DATA_DIR": str(self.folder / "data"),
            **self.settings,
            "PYTHONPATH": str(REPOSITORY),
        }

    @contextmanager
    def with_settings(self, **settings: str) -> Iterator[None]:
        """Further settings of programs that are started meanwhile."""
        before = self.settings
        self.settings = {**before, **settings}
        yield
        self.settings = before

    def start(self, *options: str, wait: bool = True) -> Stream:
        port = free_port()
        log = self.folder / f"stream-{len(self.started)}.log"
        command = [sys.executable, "-m", "serving.stream", "--model", "baseline"]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*command, "--metrics", f"127.0.0.1:{port}", *options],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stderr=file,
            )
        stream = Stream(process, port, log)
        self.started.append(stream)
        if wait:
            wait_until(stream.is_ready)
        return stream

    def stop(self) -> None:
        for stream in self.started:
            stream.kill()


def mention_lines(number: int, prefix: str, source: str = "replies") -> list[bytes]:
    """JSON of mentions with the ids ``prefix``0, ``prefix``1, …"""
    return [
        json.dumps(
            {
                "id": f"{prefix}{index}",
                "text": f"They lost my bag again, flight {index % 50}",
                "source": source,
            }
        ).encode()
        for index in range(number)
    ]
