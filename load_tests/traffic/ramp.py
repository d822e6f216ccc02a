"""Locust load shape: more users step by step, until the service misses its objective."""

from dataclasses import dataclass

import typer
from locust import LoadTestShape
from locust.stats import RequestStats

_P99_MS = 100
_ERRORS = 0.001
_STEP_S = 20
# Requests in the first seconds of a step are discarded: new users connect then.
_SETTLE_S = 5
_FIRST_USERS = 10
_GROWTH = 1.25


@dataclass(frozen=True)
class Step:
    """Requests of all kinds per second, p99 latency of /predict, and share of failed requests."""

    users: int
    rate: float
    p99_ms: float
    errors: float

    @property
    def meets_objective(self) -> bool:
        """p99 latency of at most 100 ms and fewer than 0.1 % failed requests."""
        return self.rate > 0 and self.p99_ms <= _P99_MS and self.errors < _ERRORS


class Ramp(LoadTestShape):
    """Steps of 20 s, each with 25 % more users, who send about one request per second each."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._users = _FIRST_USERS
        self._step_began = 0.0
        self._settled = False
        self._highest_rate = 0.0

    def tick(self) -> tuple[int, float] | None:
        """Users and users started per second; None ends the test."""
        if self.runner is None:
            return None
        now: float = self.get_run_time()  # type: ignore[no-untyped-call]
        in_step = now - self._step_began
        if not self._settled and in_step >= _SETTLE_S:
            self.runner.stats.clear_all()
            self._settled = True
        if in_step < _STEP_S:
            return self._users, self._users
        step = summarize(self._users, self.runner.stats)
        typer.echo(
            f"{step.users} users: {step.rate:.0f} requests/s, p99 {step.p99_ms:.0f} ms, "
            f"errors {step.errors:.2%}: objective {'met' if step.meets_objective else 'missed'}"
        )
        if not step.meets_objective:
            typer.echo(f"highest rate within the objective: {self._highest_rate:.0f} requests/s")
            return None
        self._highest_rate = step.rate
        self._users = round(self._users * _GROWTH)
        self._step_began, self._settled = now, False
        return self._users, self._users


def summarize(users: int, stats: RequestStats) -> Step:
    """The step that Locust's statistics describe."""
    single = stats.get("/predict", "POST")
    p99_ms = single.get_response_time_percentile(0.99) or 0
    return Step(users, stats.total.total_rps, p99_ms, stats.total.fail_ratio)
