"""A reverse proxy that can answer in place of the service, or hold a request."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.support.servers import free_port


@dataclass(frozen=True)
class Answer:
    """An answer that replaces that of the service."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = json.dumps({"error": "set by a test"}).encode()


def json_answer(content: object) -> Answer:
    """A successful answer of the service."""
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(content).encode())


class Proxy:
    def __init__(self, upstream: httpx.Client) -> None:
        self._upstream = upstream
        self.port = free_port()
        self._answers: dict[str, deque[Answer]] = {}
        self._held: dict[str, threading.Event] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, route: str, *answers: Answer) -> None:
        """Answer the next requests to ``route`` with ``answers``, in their order."""
        self._answers[route] = deque(answers)

    def hold(self, route: str) -> threading.Event:
        """Hold requests to ``route`` until the returned event is set."""
        self._held[route] = threading.Event()
        return self._held[route]

    def recover(self) -> None:
        self._answers.clear()
        for event in self._held.values():
            event.set()
        self._held.clear()

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if event := self._held.get(request.path):
            event.wait(60)
        if waiting := self._answers.get(request.path):
            told = waiting.popleft()
            answer = httpx.Response(told.status, headers=told.headers, content=told.content)
        else:
            headers = {"Content-Type": request.headers.get("Content-Type", "")}
            answer = self._upstream.request(
                request.command, request.path, content=body, headers=headers
            )
        # The browser may have cancelled the request.
        with suppress(BrokenPipeError, ConnectionResetError):
            _send(request, answer)


def _send(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    request.send_response(answer.status_code)
    for name, value in answer.headers.items():
        if name not in ("content-length", "date", "server", "transfer-encoding"):
            request.send_header(name, value)
    request.send_header("Content-Length", str(len(answer.content)))
    request.end_headers()
    request.wfile.write(answer.content)


@contextmanager
def listening(upstream: str) -> Iterator[Proxy]:
    client = httpx.Client(base_url=upstream, timeout=60)
    proxy = Proxy(client)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.respond(self)

        def do_POST(self) -> None:
            proxy.respond(self)

        def log_message(self, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", proxy.port), Handler)
    # The shutdown does not wait for the browser's keep-alive connections.
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.recover()
        server.shutdown()
        server.server_close()
        thread.join()
        client.close()
