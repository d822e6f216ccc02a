"""The highest rate of open-loop requests that a server sustains."""

from collections.abc import Sequence

from load_tests.traffic.open_loop import Answer, percentile_ms, send_open_loop

_FIRST_RATE = 40.0
_P99_MS = 100.0
_ERRORS = 0.001
_PROBE_S = 6.0
_PRECISION = 0.06


def sustainable_rate(url: str, texts: Sequence[str]) -> float:
    """Requests per second with p99 of at most 100 ms and fewer than 0.1 % errors.

    The rate doubles until the objective is missed. A bisection follows. The objective is that of
    the load test with Locust (``load_tests.traffic.ramp``).
    """
    low, high = 0.0, _FIRST_RATE
    while _sustains(url, texts, high):
        low, high = high, 2 * high
    while high - low > _PRECISION * high:
        middle = (low + high) / 2
        if _sustains(url, texts, middle):
            low = middle
        else:
            high = middle
    return low


def _sustains(url: str, texts: Sequence[str], rate: float) -> bool:
    return meets_objective(send_open_loop(url, texts, rate, _PROBE_S))


def meets_objective(answers: Sequence[Answer]) -> bool:
    errors = sum(answer.code != 200 for answer in answers)
    return errors < _ERRORS * len(answers) and percentile_ms(answers, 99) <= _P99_MS
