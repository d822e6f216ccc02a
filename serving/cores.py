"""Which of the machine's cores score, as the workers of one server tell each other."""

from mmap import mmap
from pathlib import Path


class Cores:
    """``count`` cores, and how many calls of scorers each worker has under way, a byte for each.

    A call beyond ``count`` is nobody's fault: each worker may always make one.
    """

    def __init__(
        self, count: int = 1, worker: int = 0, calls: bytearray | mmap | None = None
    ) -> None:
        self._count = count
        self._worker = worker
        self._calls = bytearray(1) if calls is None else calls
        # What a worker of this number had under way when it died.
        self._calls[worker] = 0

    @classmethod
    def shared(cls, path: Path, workers: int, worker: int) -> "Cores":
        """One for each of the ``workers`` that map the file ``path``."""
        # BentoML numbers workers from 1; one that replaces another may take a number above.
        size = 2 * workers + 1
        with path.open("r+b") as file:
            file.truncate(size)
            return cls(workers, worker, mmap(file.fileno(), size))

    def is_one_idle(self) -> bool:
        return sum(self._calls[:]) < self._count

    def begin_call(self) -> None:
        self._calls[self._worker] += 1

    def end_call(self) -> None:
        self._calls[self._worker] -= 1
