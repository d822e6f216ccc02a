import numpy as np
import pytest

from load_tests.shadow_results import latency_table
from load_tests.traffic.alternating import percentile_growth


def test_growth_compares_percentiles_and_its_interval_contains_it() -> None:
    without = np.random.default_rng(1).lognormal(size=500)
    growth, low, high = percentile_growth(np.stack((without, 1.1 * without), axis=1), 99)
    assert growth == pytest.approx(0.1)
    assert low <= growth <= high


def test_the_table_has_a_row_per_percentile() -> None:
    pairs = np.array([[10.0, 11.0]] * 50)
    lines = latency_table({4: pairs}, ([4.0] * 9, [5.0] * 8)).splitlines()
    assert "| 4 clients, 50 pairs: p99 ms | 10.00 | 11.00 | +10.0% (+10.0% to +10.0%) |" in lines
    assert "| verdict, 9 and 8: p99 ms | 4.00 | 5.00 | +25.0% |" in lines
