import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def ramp() -> ModuleType:
    """The module, whose import of Locust would otherwise patch the sockets of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "1")
        return importlib.import_module("load_tests.traffic.ramp")


@pytest.mark.parametrize(
    ("rate", "p99_ms", "errors", "met"),
    [
        (50, 100, 0.0, True),
        (50, 101, 0.0, False),
        (50, 20, 0.0009, True),
        (50, 20, 0.001, False),
        (0, 0, 0.0, False),
    ],
)
def test_the_objective_is_a_p99_of_100_ms_and_less_than_a_thousandth_of_errors(
    ramp: ModuleType, rate: float, p99_ms: float, errors: float, met: bool
) -> None:
    assert ramp.Step(10, rate, p99_ms, errors).meets_objective is met


def test_a_step_has_the_p99_of_single_tweets_and_the_errors_of_all_requests(
    ramp: ModuleType,
) -> None:
    from locust.stats import RequestStats

    stats = RequestStats()
    for number in range(100):
        stats.log_request("POST", "/predict", 40 if number < 98 else 80, 0)
        stats.log_request("POST", "/predict_batch", 5000, 0)
    for _ in range(2):
        stats.log_error("POST", "/predict_batch", "503")
    step = ramp.summarize(40, stats)
    assert step.users == 40
    assert step.p99_ms == 80
    assert step.errors == pytest.approx(2 / 200)


def test_users_grow_by_a_quarter_until_a_step_misses_the_objective(
    ramp: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    from locust.env import Environment

    class TimedRamp(ramp.Ramp):  # type: ignore[misc, name-defined]
        now = 0.0

        def get_run_time(self) -> float:
            return self.now

    shape = TimedRamp()
    shape.runner = Environment(user_classes=[]).create_local_runner()
    stats = shape.runner.stats

    def tick(now: float) -> tuple[int, float] | None:
        shape.now = now
        users: tuple[int, float] | None = shape.tick()
        return users

    assert tick(0) == (10, 10)
    # The first seconds of a step do not count.
    stats.log_request("POST", "/predict", 900, 0)
    assert tick(5) == (10, 10)
    stats.log_request("POST", "/predict", 20, 0)
    assert tick(19) == (10, 10)
    assert tick(20) == (12, 12)
    assert tick(25) == (12, 12)
    stats.log_request("POST", "/predict", 120, 0)
    assert tick(39) == (12, 12)
    assert tick(40) is None
    printed = capsys.readouterr().out.splitlines()
    assert "10 users" in printed[0]
    assert "p99 20 ms" in printed[0]
    assert printed[0].endswith("objective met")
    assert "12 users" in printed[1]
    assert printed[1].endswith("objective missed")
    assert printed[2].startswith("highest rate within the objective")
