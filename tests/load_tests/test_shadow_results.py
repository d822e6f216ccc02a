import pytest

from load_tests.shadow_results import SERVERS, ShadowResults, growth, results_table
from load_tests.traffic.closed_loop import LoadResult


def test_growth_compares_the_rounds_of_a_pair() -> None:
    # The machine became twice as slow in the second round, for both servers.
    assert growth([10, 20, 10], [11, 22, 11]) == pytest.approx((10, 10, 10))


def test_the_table_has_a_row_per_figure_and_counts_failures() -> None:
    results = ShadowResults()
    for server, p99_ms, failed in zip(SERVERS, (10.0, 10.4), (0, 2), strict=True):
        results.loads[server, 1].append(LoadResult(100, 2, 5, p99_ms, 1, failed))
        results.verdicts_ms[server].append([4.0] * 100)
    lines = results_table(results, [1]).splitlines()
    assert "| 1 connection, p99 ms | 10.00 | 10.40 | +4.0 % (+4.0 to +4.0) |" in lines
    assert "| 1 connection, not 2xx | 1 | 3 |  |" in lines
    assert "| verdict, p99 ms | 4.00 | 4.00 | +0.0 % (+0.0 to +0.0) |" in lines
