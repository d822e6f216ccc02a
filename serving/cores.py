"""Which of the machine's cores score, as the workers of one server tell each other."""

import os
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, lockf
from mmap import mmap
from pathlib import Path


class Cores:
    """So many cores for scoring, and how many calls of scorers each worker has under way.

    That is a byte for each worker. Their sum may be above ``count``: nothing locks between looking
    and beginning, and a worker begins one call of each of its models whatever the others do.
    """

    def __init__(
        self,
        count: int = 1,
        worker: int = 0,
        calls: bytearray | mmap | None = None,
        locks: int | None = None,
    ) -> None:
        self._count = count
        self._worker = worker
        self._calls = bytearray(1) if calls is None else calls
        self._locks = locks
        # Forget those of a worker of this number that died.
        self._calls[worker] = 0

    @classmethod
    def shared(cls, path: Path, workers: int, worker: int) -> "Cores":
        """A core for each of the ``workers``, which map the file ``path``, once in each process."""
        # BentoML numbers workers from 1; one that replaces another may take a number above.
        size = 2 * workers + 1
        file = os.open(path, os.O_RDWR)
        os.ftruncate(file, size)
        # It stays open, as closing it would unlock it; the kernel does when the worker has died.
        lockf(file, LOCK_EX | LOCK_NB, 1, worker)
        return cls(workers, worker, mmap(file, size), file)

    def is_one_idle(self) -> bool:
        if sum(self._calls[:]) >= self._count:
            self._forget_the_dead()
        return sum(self._calls[:]) < self._count

    def begin_call(self) -> None:
        self._calls[self._worker] += 1

    def end_call(self) -> None:
        self._calls[self._worker] -= 1

    def _forget_the_dead(self) -> None:
        """In a container nobody replaces a worker that died."""
        if self._locks is None:
            return
        for worker, calls in enumerate(self._calls[:]):
            if calls and worker != self._worker:
                try:
                    lockf(self._locks, LOCK_EX | LOCK_NB, 1, worker)
                except BlockingIOError:
                    continue
                self._calls[worker] = 0
                lockf(self._locks, LOCK_UN, 1, worker)
