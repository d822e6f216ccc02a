"""Counters that the workers of one server share in memory."""

import os
import sys
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, lockf


class SharedCounters:
    """One number per worker, 0 to 2³² - 1, which all workers read.

    Reads and writes need no lock, since each worker writes only its own number. ``locks`` is the
    descriptor of a file in which each live worker locks one byte. The number of a dead worker is
    reset to 0 by the first worker that finds its byte unlocked. Without ``locks`` all workers
    count as alive.
    """

    def __init__(
        self,
        numbers: bytearray | mmap,
        workers: int = 1,
        worker: int = 0,
        locks: int | None = None,
    ) -> None:
        self.workers = workers
        self._numbers = memoryview(numbers).cast("I")
        self._worker = worker
        self._locks = locks

    @classmethod
    def alone(cls) -> "SharedCounters":
        """The number of a server's only worker."""
        return cls(bytearray(4))

    @classmethod
    def shared(cls, path: Path | None, workers: int, worker: int) -> "SharedCounters":
        """Map the file ``path`` of the numbers. Each of the ``workers`` calls this once.

        Without a file, and on Windows, the number is this worker's alone.
        """
        if path is None or sys.platform == "win32":
            return cls.alone()
        numbers, file = _map_numbers(path, workers)
        # The file stays open: closing it would release the lock. The kernel releases the lock when
        # the worker dies. Another worker's check for live workers may hold a lock briefly.
        lockf(file, LOCK_EX, 1, worker)
        counters = cls(numbers, workers, worker, file)
        counters.mine = 0
        return counters

    @classmethod
    def observed(cls, path: Path | None, workers: int) -> "SharedCounters":
        """Map the file ``path`` in a process that is not one of its workers.

        The process reads the number 0. BentoML numbers workers from 1.
        """
        if path is None or sys.platform == "win32":
            return cls.alone()
        numbers, file = _map_numbers(path, workers)
        return cls(numbers, workers, 0, file)

    @property
    def mine(self) -> int:
        return self._numbers[self._worker]

    @mine.setter
    def mine(self, number: int) -> None:
        self._numbers[self._worker] = number

    def total(self) -> int:
        """The sum of all numbers. It may include the number of a worker that has just died."""
        return sum(self._numbers)

    def living(self) -> list[int]:
        """The numbers of all live workers; those of dead workers are reset to 0.

        Inside a container BentoML does not replace a dead worker.
        """
        return [self._numbers[worker] for worker in self._living_workers()]

    def _living_workers(self) -> Iterator[int]:
        for worker in range(len(self._numbers)):
            if sys.platform == "win32" or worker == self._worker or self._locks is None:
                yield worker
                continue
            try:
                # A shared lock, since another worker may check at the same time.
                lockf(self._locks, LOCK_SH | LOCK_NB, 1, worker)
            except BlockingIOError:
                yield worker
            else:
                self._numbers[worker] = 0
                lockf(self._locks, LOCK_UN, 1, worker)


def _map_numbers(path: Path, workers: int) -> tuple[mmap, int]:
    """The numbers in the file ``path``, and the file's descriptor."""
    # BentoML numbers workers from 1. The replacement of a dead worker may get a number above the
    # count of workers.
    size = 4 * (2 * workers + 1)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(file, size)
    return mmap(file, size), file
