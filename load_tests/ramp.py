"""More and more users, until the service breaks its promise: then the last rate it kept is told."""

from dataclasses import dataclass

import typer
from locust import LoadTestShape
from locust.stats import RequestStats

_P99_MS = 100
_ERRORS = 0.001
_STEP_S = 20
# The requests of a step's beginning are not judged: new users connect then.
_SETTLE_S = 5
_FIRST_USERS = 10
_GROWTH = 1.25


@dataclass(frozen=True)
class Step:
    """What so many users got: requests of all kinds a second, and how long one tweet took."""

    users: int
    rate: float
    p99_ms: float
    errors: float

    @property
    def kept(self) -> bool:
        """p99 of one tweet within 100 ms, and fewer than 0.1 % of all requests failed."""
        return self.rate > 0 and self.p99_ms <= _P99_MS and self.errors < _ERRORS


class Ramp(LoadTestShape):
    """Steps of 20 s, each with a quarter more users who send about a request a second."""

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
        step = _judge(self._users, self.runner.stats)
        typer.echo(
            f"{step.users} users: {step.rate:.0f} requests/s, p99 {step.p99_ms:.0f} ms, "
            f"errors {step.errors:.2%}: {'kept' if step.kept else 'broken'}"
        )
        if not step.kept:
            typer.echo(f"highest rate held: {self._held:.0f} requests/s")
            return None
        self._held = step.rate
        self._users = round(self._users * _GROWTH)
        self._step_began, self._settled = now, False
        return self._users, self._users


def _judge(users: int, stats: RequestStats) -> Step:
    single = stats.get("/predict", "POST")
    p99_ms = single.get_response_time_percentile(0.99) or 0
    return Step(users, stats.total.total_rps, p99_ms, stats.total.fail_ratio)
