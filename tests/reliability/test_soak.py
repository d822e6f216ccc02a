"""Ten minutes of light traffic. conftest.py runs the soak beside the other tests."""

from collections.abc import Callable

from tests.reliability.soak import SoakRecord, faults
from tests.support.reliability.growth import fit_growth


def test_a_server_does_not_grow_in_ten_minutes_of_traffic(
    soak_record: SoakRecord, record_property: Callable[[str, object], None]
) -> None:
    growth = fit_growth(soak_record.samples)
    record_property("requests", soak_record.requests)
    record_property("memory slope, MiB a minute", f"{growth.memory_mib_a_minute:.3f}")
    record_property("growth of file descriptors", f"{growth.descriptors:.2f}")
    record_property("growth of threads", f"{growth.threads:.2f}")
    record_property("change of metric series", growth.series)
    assert soak_record.requests > 1000
    assert not faults(soak_record, growth)
