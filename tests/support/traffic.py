"""Concurrent clients of a running server, and the outcomes of their requests."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_S = 60.0


@dataclass
class Traffic:
    """Outcomes: a status code, "lost" (the connection ended before an answer), "refused"."""

    port: int
    stopping: threading.Event = field(default_factory=threading.Event)
    kept: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)

    def request_on_one_connection(self) -> None:
        """Send requests on a connection until an answer closes it, then on another one."""
        connection = None
        while not self.stopping.is_set():
            if connection is None:
                try:
                    connection = connect(self.port)
                except ConnectionRefusedError:
                    return
            outcome, closed = exchange(connection)
            self.kept[outcome] += 1
            if closed:
                connection.close()
                connection = None
            time.sleep(0.002)
        if connection is not None:
            connection.close()

    def request_on_new_connections(self) -> None:
        while not self.stopping.is_set():
            try:
                with connect(self.port) as connection:
                    self.new[exchange(connection)[0]] += 1
            except ConnectionRefusedError:
                self.new["refused"] += 1
            time.sleep(0.02)


@contextmanager
def traffic(port: int, clients: int = 4) -> Iterator[Traffic]:
    """``clients`` clients that keep their connections, and as many that open new ones."""
    made = Traffic(port)
    work = [made.request_on_one_connection, made.request_on_new_connections]
    threads = [threading.Thread(target=target) for target in work * clients]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.stopping.set()
        for thread in threads:
            thread.join(PATIENCE_S)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def exchange(connection: socket.socket) -> tuple[str, bool]:
    """The outcome of one prediction, and whether the connection ends with it."""
    body = json.dumps({"text": f"text {time.monotonic_ns()}"}).encode()
    head = (
        "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    try:
        connection.sendall(head.encode() + body)
        with connection.makefile("rb") as answer:
            status = answer.readline().split()
            lines = iter(answer.readline, b"\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in lines)
            json.loads(answer.read(int(headers[b"content-length"])))
    except (OSError, KeyError, ValueError):
        return "lost", True
    return status[1].decode(), headers.get(b"connection", b"").strip() == b"close"
