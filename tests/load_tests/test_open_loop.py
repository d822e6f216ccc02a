import itertools
import random

import numpy as np
import pytest

from load_tests.traffic.open_loop import Answer, percentile_ms, send_times


def test_percentiles_are_of_the_latency_in_milliseconds() -> None:
    answers = [Answer(99.0, 200, hundredths / 100, False) for hundredths in range(101)]
    assert percentile_ms(answers, 50) == pytest.approx(500)
    assert percentile_ms(answers, 99) == pytest.approx(990)
    assert percentile_ms(answers[:1] * 3, 99) == 0


def test_send_times_are_a_poisson_process() -> None:
    times = list(send_times(rate=50, seconds=200, chance=random.Random(1)))
    gaps = np.diff(times)
    assert times[0] == 0
    assert (gaps > 0).all()
    assert times[-1] < 200
    # The gaps of a Poisson process are exponential: their standard deviation is their mean.
    assert len(times) / 200 == pytest.approx(50, rel=0.05)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.05)


def test_equal_seeds_give_equal_send_times() -> None:
    first, second, other = (
        list(itertools.islice(send_times(10, 60, random.Random(seed)), 20)) for seed in (1, 1, 2)
    )
    assert first == second != other
