"""Invented results of loads."""

from load_tests.traffic.closed_loop import LoadResult


def load(rate: float, p50_ms: float = 1, p99_ms: float = 2, refused: int = 0) -> LoadResult:
    """A load of ten seconds with ``rate`` successful requests per second."""
    return LoadResult(round(rate * 10) + refused, 10, p50_ms, p99_ms, refused, failed=0)
