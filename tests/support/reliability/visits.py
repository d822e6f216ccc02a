"""Requests to every route of a running service, valid and invalid, with the expected statuses."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.monitoring.traffic import Traffic

# The first text that a worker stores waits until the scrubbing model is loaded.
_PATIENCE_S = 300
_PAGES = (
    *("/", "/ui", "/ui/main.js", "/ui/style.css", "/ui/icon.svg"),
    *("/models", "/docs.json", "/metrics", "/livez", "/readyz"),
)


@dataclass
class Visits:
    """Rounds of requests to a service. A round visits every route once or more.

    ``unexpected`` lists the requests whose answer had another status than expected, or no answer.
    """

    url: str
    models: Sequence[str]
    admin_key: str
    requests: int = 0
    unexpected: list[str] = field(default_factory=list)
    _rounds: int = 0

    def __post_init__(self) -> None:
        self._models = cycle(self.models)

    def round(self) -> Iterator[None]:
        """One round over a new connection. Yields after each request: the caller sets the pace."""
        self._rounds += 1
        with httpx.Client(base_url=self.url, timeout=_PATIENCE_S) as client:
            self._client, self._model = client, next(self._models)
            self._traffic = Traffic(client, tuple(self.models), seed=self._rounds)
            for steps in (self._pages(), self._predictions(), self._feedback(), self._refusals()):
                for _ in steps:
                    yield
        self._cut_off()
        yield

    def _send(self, status: int, method: str, path: str, **options: Any) -> Any:
        """The answer's JSON, None if the answer is not the expected one or not JSON."""
        self.requests += 1
        try:
            response = self._client.request(method, path, **options)
        except httpx.TransportError as error:
            self.unexpected.append(f"{method} {path}: {type(error).__name__}")
            return None
        if response.status_code != status:
            self.unexpected.append(f"{method} {path}: {response.status_code}, expected {status}")
            return None
        json = response.headers.get("content-type", "").startswith("application/json")
        return response.json() if json else None

    def _post(self, status: int, path: str, **body: object) -> Any:
        return self._send(status, "POST", path, json=body)

    def _pages(self) -> Iterator[None]:
        for path in _PAGES:
            self._send(200, "GET", path)
            yield

    def _predictions(self) -> Iterator[None]:
        texts = [self._traffic.text() for _ in range(8)]
        for _ in range(4):
            self._post(200, "/predict", text=self._traffic.text(), model=self._model)
            yield
        self._post(200, "/predict_batch", texts=texts, model=self._model)
        yield
        self._post(200, "/predict", text=texts[0], model=self._model, explain=True)
        yield

    def _feedback(self) -> Iterator[None]:
        text = f"{self._traffic.text()}, write to round{self._rounds}@example.org"
        predicted = self._post(200, "/predict", text=text, model=self._model)
        yield
        if predicted is None:
            return
        verdict = {"prediction_id": predicted["prediction_id"], "correct": self._rounds % 4 > 0}
        recorded = self._post(200, "/feedback", text=text, consent=True, **verdict)
        yield
        self._post(409, "/feedback", **verdict)
        yield
        key = {"Authorization": f"Bearer {self.admin_key}"}
        for form in ("json", "html"):
            self._send(200, "GET", f"/admin/feedback?format={form}", headers=key)
            yield
        # Every second text is erased, so that the report and the database grow slowly.
        if recorded is not None and self._rounds % 2:
            path = f"/admin/feedback/{recorded['feedback_id']}"
            self._send(204, "DELETE", path, headers=key)
            yield

    def _refusals(self) -> Iterator[None]:
        self._post(400, "/predict", text="")
        yield
        self._post(400, "/predict_batch", texts=["fine", 7])
        yield
        self._post(404, "/feedback", prediction_id="unknown", correct=True)
        yield
        self._send(413, "POST", "/predict", json={"text": "x" * 2**20})
        yield
        self._send(415, "POST", "/predict", content=b"a=b")
        yield
        self._send(405, "DELETE", "/models")
        yield
        # A new path and a new query each time: neither may become a series of metrics.
        self._send(404, "GET", f"/nowhere/{self._rounds}?query={self._rounds}")
        yield
        self._send(401, "GET", "/admin/feedback")
        yield

    def _cut_off(self) -> None:
        """Send half of a request, and end the connection."""
        address = urlsplit(self.url)
        self.requests += 1
        with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
            head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            connection.sendall(f'{head}Content-Length: 100\r\n\r\n{{"text": '.encode())
