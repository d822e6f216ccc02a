"""JSON Lines on the standard input as the source of mentions."""

import os
import queue
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from serving.stream.delivery import Delivery, Source, StreamError
from serving.stream.mention import Reason

# Lines that were read and not yet scored. A full queue blocks the writer of the pipe.
_MOST_WAITING = 10_000
_PAUSE_S = 1.0
_BLOCK_BYTES = 2**16


class PipeSource(Source):
    """Mentions of a pipe. A pipe cannot be read again: a killed program loses what it has read."""

    def __init__(self, descriptor: int, rejected: Path) -> None:
        """``descriptor``: the file descriptor of the pipe."""
        self._descriptor = descriptor
        self._rejected = rejected
        self._waiting: queue.Queue[Delivery | None] = queue.Queue(_MOST_WAITING)
        self._unacknowledged = 0
        self._ended = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._read_lines, name="pipe", daemon=True).start()
        return self

    def read(self, most: int) -> list[Delivery] | None:
        found: list[Delivery] = []
        try:
            while not self._ended and len(found) < most:
                delivery = (
                    self._waiting.get_nowait() if found else self._waiting.get(timeout=_PAUSE_S)
                )
                if delivery is None:
                    self._ended = True
                else:
                    found.append(delivery)
        except queue.Empty:
            pass
        self._unacknowledged += len(found)
        return None if self._ended and not found else found

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        self._unacknowledged -= len(deliveries)

    def reject(self, delivery: Delivery, reason: Reason) -> None:
        try:
            with open(self._rejected, "ab", opener=_private) as file:
                file.write(f"{delivery.place}\t{reason}\t".encode() + delivery.content + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StreamError(f"{self._rejected} cannot be written: {error.strerror}") from error
        self._unacknowledged -= 1

    def lag(self) -> int:
        return self._waiting.qsize() + self._unacknowledged

    def _read_lines(self) -> None:
        for number, line in enumerate(_lines(self._descriptor), start=1):
            content = line.strip()
            if content:
                self._waiting.put(Delivery(str(number), content, datetime.now(UTC)))
        self._waiting.put(None)


def _lines(descriptor: int) -> Iterator[bytes]:
    """The lines of a pipe.

    Python aborts if it ends while a thread waits in ``sys.stdin.buffer``.
    """
    rest = b""
    while block := os.read(descriptor, _BLOCK_BYTES):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    yield rest


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner reads: it holds tweets."""
    return os.open(path, flags, 0o600)
