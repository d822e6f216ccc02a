"""What the workers of one server tell each other."""

import os
from collections.abc import Iterator
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, lockf
from mmap import mmap
from pathlib import Path


class WorkerNumbers:
    """A number of each worker, 0 to 2³² - 1, which all see; a worker that died has none.

    Nothing locks between reading and writing: each writes its own alone. ``locks`` is a file in
    which each worker locks the byte of its number while it lives; without it all live.
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
        self.mine = 0

    @classmethod
    def alone(cls) -> "WorkerNumbers":
        """Of a worker that has no others."""
        return cls(bytearray(4))

    @classmethod
    def shared(cls, path: Path, workers: int, worker: int) -> "WorkerNumbers":
        """Those in the file ``path``, which each of the ``workers`` maps once."""
        # BentoML numbers workers from 1; one that replaces another may take a number above.
        size = 4 * (2 * workers + 1)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(file, size)
        # It stays open, as closing it would unlock it; the kernel does when the worker has died.
        # One that looks who lives may have the lock for a moment.
        lockf(file, LOCK_EX, 1, worker)
        return cls(mmap(file, size), workers, worker, file)

    @property
    def mine(self) -> int:
        return self._numbers[self._worker]

    @mine.setter
    def mine(self, number: int) -> None:
        self._numbers[self._worker] = number

    def total(self) -> int:
        """The sum, in which the number of one that has just died may still be."""
        return sum(self._numbers)

    def living(self) -> list[int]:
        """The numbers of the workers that live; what others left is forgotten.

        In a container nobody replaces a worker that died.
        """
        return [self._numbers[worker] for worker in self._living_workers()]

    def _living_workers(self) -> Iterator[int]:
        for worker in range(len(self._numbers)):
            if worker == self._worker or self._locks is None:
                yield worker
                continue
            try:
                lockf(self._locks, LOCK_EX | LOCK_NB, 1, worker)
            except BlockingIOError:
                yield worker
            else:
                self._numbers[worker] = 0
                lockf(self._locks, LOCK_UN, 1, worker)
