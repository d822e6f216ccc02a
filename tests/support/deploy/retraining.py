"""The receiver of retraining as a process, and GitHub's API on loopback."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.champions import REPOSITORY
from tests.support.servers import free_port

TOKEN = "the token of the receiver"
GITHUB_TOKEN = "the token of GitHub"
_PATIENCE_S = 60.0


def wait_until(condition: Callable[[], bool], found: Callable[[], object]) -> None:
    """Raises ``TimeoutError`` with ``found()`` after 60 seconds."""
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(str(found()))
        time.sleep(0.05)


class GitHub:
    """Answers each dispatch with the next of ``statuses``, and then with 204."""

    def __init__(self, *statuses: int) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        remaining, requests = list(statuses), self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                requests.append((self.path, dict(self.headers), body))
                status = remaining.pop(0) if remaining else 204
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def settings(self) -> dict[str, str]:
        """The receiver's settings that make it use this API."""
        return {
            "REPOSITORY": "team/sentiment",
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "GITHUB_API": f"http://127.0.0.1:{self._server.server_port}",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Receiver:
    """A receiver that runs inside a ``with`` block. Its record and its log lie in ``folder``."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def record(self) -> Path:
        return self.folder / "starts.json"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it."""
        settings = {
            "LISTEN": f"127.0.0.1:{self.port}",
            "TOKEN": TOKEN,
            "RECORD": str(self.record),
            **self.settings,
        }
        variables = {f"RETRAINING_{name}": value for name, value in settings.items()}
        with (self.folder / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "deploy.retraining.receiver"],
                cwd=REPOSITORY,
                env={**os.environ, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for_log(self, line: str, times: int = 1) -> None:
        wait_until(lambda: self.log.count(line) >= times, lambda: self.log)

    def post(self, message: object, token: str = TOKEN) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(self.url, json=message, headers=headers, timeout=30)

    def __enter__(self) -> Self:
        listening = self.log.count("listening") if (self.folder / "log").exists() else 0
        self._process = self.start()
        self.wait_for_log("listening", listening + 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)


def message(*models: str, status: str = "firing", name: str = "SentimentRetrainingDue") -> Any:
    """A message of Alertmanager's webhook with one alert for each model."""
    alerts = [{"status": status, "labels": {"alertname": name, "model": m}} for m in models]
    return {"version": "4", "status": status, "alerts": alerts}
