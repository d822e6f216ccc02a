import pytest

from load_tests.traffic.open_loop import Answer
from load_tests.traffic.sustainable_rate import meets_objective


@pytest.mark.parametrize(
    ("slow", "failed", "meets"), [(0, 0, True), (5, 0, True), (20, 0, False), (0, 2, False)]
)
def test_the_objective_bounds_p99_and_errors(slow: int, failed: int, meets: bool) -> None:
    answers = [
        *[Answer(0, 200, 0.01, False)] * (1000 - slow - failed),
        *[Answer(0, 200, 0.5, False)] * slow,
        *[Answer(0, 503, 0.01, True)] * failed,
    ]
    assert meets_objective(answers) is meets
