"""Ten minutes of light traffic."""

from collections.abc import Callable
from pathlib import Path

from tests.reliability.soak import faults, soak_new_server
from tests.support.champions import Workplace
from tests.support.reliability.growth import fit_growth

_MINUTES = 10


def test_a_server_does_not_grow_in_ten_minutes_of_traffic(
    trained: Workplace, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record = soak_new_server(trained, tmp_path, _MINUTES)
    growth = fit_growth(record.samples)
    record_property("requests", record.requests)
    record_property("memory slope, MiB a minute", f"{growth.memory_mib_a_minute:.3f}")
    record_property("growth of file descriptors", f"{growth.descriptors:.2f}")
    record_property("growth of threads", f"{growth.threads:.2f}")
    record_property("change of metric series", growth.series)
    assert record.requests > 1000
    assert not faults(record, growth)
