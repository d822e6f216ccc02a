import pytest

from load_tests.scorer_throughput import ScorerThroughput, core_splits


def test_rates_of_processes_add_up_and_the_call_is_the_median_of_all() -> None:
    # 8 texts in 0.1 s and in 0.2 s: 80 and 40 texts per second.
    throughput = ScorerThroughput.from_calls(1, 8, [[0.05, 0.15], [0.2, 0.2, 0.2]])
    assert throughput.rate == pytest.approx(120)
    assert throughput.call_ms == pytest.approx(200)
    assert (throughput.processes, throughput.threads, throughput.batch) == (2, 1, 8)


@pytest.mark.parametrize(
    ("cores", "on_gpu", "expected"),
    [
        (4, False, [(1, 4), (4, 1)]),
        (1, False, [(1, 1)]),
        (4, True, [(1, 4)]),
    ],
)
def test_splits_use_all_cores_and_none_is_measured_twice(
    cores: int, on_gpu: bool, expected: list[tuple[int, int]]
) -> None:
    assert core_splits(cores, on_gpu) == expected
