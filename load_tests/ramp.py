"""More and more users, until the service breaks its promise: then the last rate it kept is told."""

import typer
from locust import LoadTestShape
from locust.stats import StatsEntry

_P99_MS = 100
_ERRORS = 0.001
_STEP_S = 20
# The requests of a step's beginning are not judged: new users connect then.
_SETTLE_S = 5
_FIRST_USERS = 10
_GROWTH = 1.25


class Ramp(LoadTestShape):
    """Steps of 20 s, each with a quarter more users who send one request a second."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._users = _FIRST_USERS
        self._step_began = 0.0
        self._settled = False
        self._held = 0.0

    def tick(self) -> tuple[int, float] | None:
        if self.runner is None:
            return None
        now: float = self.get_run_time()  # type: ignore[no-untyped-call]
        in_step = now - self._step_began
        if not self._settled and in_step >= _SETTLE_S:
            self.runner.stats.clear_all()
            self._settled = True
        if in_step < _STEP_S:
            return self._users, self._users
        total = self.runner.stats.total
        kept = _keeps_the_promise(total)
        typer.echo(
            f"{self._users} users: {total.total_rps:.0f} requests/s, "
            f"p99 {total.get_response_time_percentile(0.99) or 0:.0f} ms, "
            f"errors {total.fail_ratio:.2%}: {'kept' if kept else 'broken'}"
        )
        if not kept:
            typer.echo(f"highest rate held: {self._held:.0f} requests/s")
            return None
        self._held = total.total_rps
        self._users = round(self._users * _GROWTH)
        self._step_began, self._settled = now, False
        return self._users, self._users


def _keeps_the_promise(total: StatsEntry) -> bool:
    """p99 within 100 ms, and fewer than 0.1 % of the requests failed."""
    p99 = total.get_response_time_percentile(0.99)
    return bool(total.num_requests > 0 and p99 <= _P99_MS and total.fail_ratio < _ERRORS)
