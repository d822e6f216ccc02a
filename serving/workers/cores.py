"""Idle cores of one server, from the workers' shared counts of scorer calls."""

from serving.workers.shared_counters import SharedCounters


class Cores:
    """One core per worker; ``calls`` counts the scorer calls in progress of each worker.

    There may be more calls than cores: each worker may run one call per model at any time.
    """

    def __init__(self, calls: SharedCounters | None = None) -> None:
        self._calls = calls or SharedCounters.alone()

    def has_idle_core(self) -> bool:
        cores = self._calls.workers
        return self._calls.total() < cores or sum(self._calls.living()) < cores

    def begin_call(self) -> None:
        self._calls.mine += 1

    def end_call(self) -> None:
        self._calls.mine -= 1
