"""More and more users, until the service breaks its promise: then the last rate it kept is told."""

from dataclasses import dataclass
from pathlib import Path

import typer
from locust import LoadTestShape, events
from locust.argument_parser import LocustArgumentParser
from locust.stats import RequestStats

from load_tests.tables import table
from training.documents import replace_between

_BEGIN, _END = (
    f"<!-- {part}: written by load_tests/ramp.py -->" for part in ("users", "end of users")
)
_P99_MS = 100
_ERRORS = 0.001
_STEP_S = 20
# The requests of a step's beginning are not judged: new users connect then.
_SETTLE_S = 5
_FIRST_USERS = 10
_GROWTH = 1.25


def _add_document(parser: LocustArgumentParser) -> None:
    parser.add_argument(
        "--document", type=Path, help="document that gets the table", include_in_web_ui=False
    )


events.init_command_line_parser.add_listener(_add_document)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Step:
    """What so many users got: requests of all kinds a second, and how long one tweet took."""

    users: int
    rate: float
    p50_ms: float
    p99_ms: float
    errors: float

    @property
    def kept(self) -> bool:
        """p99 of one tweet within 100 ms, and fewer than 0.1 % of all requests failed."""
        return self.rate > 0 and self.p99_ms <= _P99_MS and self.errors < _ERRORS

    @property
    def row(self) -> tuple[str, ...]:
        return (
            str(self.users),
            f"{self.rate:.0f}",
            f"{self.p50_ms:.0f}",
            f"{self.p99_ms:.0f}",
            f"{self.errors:.2%}",
            "yes" if self.kept else "no",
        )


class Ramp(LoadTestShape):
    """Steps of 20 s, each with a quarter more users who send one request a second."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._users = _FIRST_USERS
        self._step_began = 0.0
        self._settled = False
        self._steps: list[Step] = []

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
        self._steps.append(step)
        typer.echo(
            f"{step.users} users: {step.rate:.0f} requests/s, p99 {step.p99_ms:.0f} ms, "
            f"errors {step.errors:.2%}: {'kept' if step.kept else 'broken'}"
        )
        if not step.kept:
            self._tell(getattr(self.runner.environment.parsed_options, "document", None))
            return None
        self._users = round(self._users * _GROWTH)
        self._step_began, self._settled = now, False
        return self._users, self._users

    def _tell(self, document: Path | None) -> None:
        held = max((step.rate for step in self._steps if step.kept), default=0.0)
        verdict = f"highest rate held: {held:.0f} requests/s"
        typer.echo(verdict)
        if document is not None:
            steps = table(
                ("users", "requests/s", "p50 ms", "p99 ms", "errors", "kept"),
                [step.row for step in self._steps],
            )
            replace_between(document, _BEGIN, _END, f"{verdict}\n\n{steps}")


def _judge(users: int, stats: RequestStats) -> Step:
    single = stats.get("/predict", "POST")
    p50_ms, p99_ms = (single.get_response_time_percentile(share) or 0 for share in (0.5, 0.99))
    return Step(users, stats.total.total_rps, p50_ms, p99_ms, stats.total.fail_ratio)
