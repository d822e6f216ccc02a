"""Load on a running server: concurrent clients, and the outcomes of their requests."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.raw_http import RawConnection, post_json

_PATIENCE_S = 60.0


@dataclass
class Load:
    """Outcomes of requests on kept connections and on new connections.

    An outcome is a status code, "lost" (the connection ended before an answer) or "refused".
    """

    port: int
    stopping: threading.Event = field(default_factory=threading.Event)
    kept: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)

    def request_on_one_connection(self) -> None:
        """Send requests on a connection until an answer closes it, then on another one."""
        while not self.stopping.is_set():
            try:
                connection = RawConnection(self.port)
            except ConnectionRefusedError:
                return
            with connection:
                closed = False
                while not closed and not self.stopping.is_set():
                    outcome, closed = exchange(connection)
                    self.kept[outcome] += 1
                    time.sleep(0.002)

    def request_on_new_connections(self) -> None:
        while not self.stopping.is_set():
            try:
                with RawConnection(self.port) as connection:
                    self.new[exchange(connection)[0]] += 1
            except ConnectionRefusedError:
                self.new["refused"] += 1
            time.sleep(0.02)


@contextmanager
def load(port: int, clients: int = 4) -> Iterator[Load]:
    """``clients`` clients that keep their connections, and as many that open new ones."""
    made = Load(port)
    work = [made.request_on_one_connection, made.request_on_new_connections]
    threads = [threading.Thread(target=target) for target in work * clients]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.stopping.set()
        for thread in threads:
            thread.join(_PATIENCE_S)


def exchange(connection: RawConnection) -> tuple[str, bool]:
    """The outcome of one prediction, and whether the connection ends with it."""
    try:
        connection.send(post_json("/predict", {"text": f"text {time.monotonic_ns()}"}))
        answer = connection.read_answer()
        if answer is None:
            return "lost", True
        answer.json()
    except (OSError, IndexError, ValueError):
        return "lost", True
    return str(answer.status), answer.headers.get("connection") == "close"
