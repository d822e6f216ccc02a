"""Which of the machine's cores score, as the workers of one server tell each other."""

from serving.workers.shared import WorkerNumbers


class Cores:
    """A core for each worker, and how many ``calls`` of scorers each has under way.

    These may be more than the cores: a worker begins one call of each of its models whatever the
    others do.
    """

    def __init__(self, calls: WorkerNumbers | None = None) -> None:
        self._calls = calls or WorkerNumbers.alone()

    def is_one_idle(self) -> bool:
        cores = self._calls.workers
        return self._calls.total() < cores or sum(self._calls.living()) < cores

    def begin_call(self) -> None:
        self._calls.mine += 1

    def end_call(self) -> None:
        self._calls.mine -= 1
