"""HTTP as bytes on a socket, for requests that no HTTP client would send."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """An answer; names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The message of an error in the format of the API."""
        document = self.json()
        assert set(document) <= {"error", "detail"}
        assert isinstance(document["error"], str)
        return str(document["error"])


class RawConnection:
    """A TCP connection to a server on loopback."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._input = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, data: bytes) -> Self:
        self.socket.sendall(data)
        return self

    def end(self) -> Self:
        """Close the sending side alone."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def close(self) -> None:
        self._input.close()
        self.socket.close()

    def read_answer(self) -> Answer | None:
        """The next answer, without interim answers; None if the server closed the connection."""
        status = 100
        while status < 200:
            line = self._input.readline()
            if not line:
                return None
            status = int(line.split()[1])
            headers = dict(self._read_headers())
        return Answer(status, headers, self._input.read(int(headers.get("content-length", 0))))

    def read_error(self) -> Answer:
        """The next answer, which must be the last one of the connection."""
        answer = self.read_answer()
        assert answer is not None
        assert answer.headers["connection"] == "close"
        assert self.read_answer() is None
        return answer

    def _read_headers(self) -> list[tuple[str, str]]:
        headers = []
        while (line := self._input.readline()) != b"\r\n":
            if not line:
                raise ConnectionError("the connection ended before the end of the headers")
            name, _, value = line.decode("latin-1").strip().partition(": ")
            headers.append((name.lower(), value))
        return headers


@contextmanager
def open_connections(port: int, number: int) -> Iterator[list[RawConnection]]:
    """Connections that are closed in the end, also if the test fails."""
    with ExitStack() as opened:
        yield [opened.enter_context(RawConnection(port)) for _ in range(number)]


def get(path: str = "/livez", *lines: str) -> bytes:
    """A GET request with more header lines."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def post(path: str, body: bytes, *lines: str, length: int | None = None) -> bytes:
    """A POST request of JSON; ``length`` replaces the true Content-Length."""
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def post_json(path: str, document: object) -> bytes:
    return post(path, json.dumps(document).encode())
