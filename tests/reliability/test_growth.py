"""The fit of the soak finds a leak of the size that the soak promises to find."""

import pytest

from tests.reliability.soak import SoakRecord, faults
from tests.support.reliability.growth import ProcessSample, Sample, fit_growth

pytestmark = pytest.mark.unit


def record(
    memory: float = 0, descriptors: float = 0, threads: float = 0, series: float = 0
) -> SoakRecord:
    """Ten minutes of a parent that does not grow and a worker that grows by so much a minute."""
    samples = [
        Sample(
            minutes=number / 10,
            processes={
                1: ProcessSample(memory_mib=100, descriptors=16, threads=3),
                2: ProcessSample(
                    memory_mib=350 + memory * number / 10,
                    descriptors=27 + int(descriptors * number / 10),
                    threads=4 + int(threads * number / 10),
                ),
            },
            series=498 + int(series * number / 10),
        )
        for number in range(100)
    ]
    return SoakRecord(requests=1, unexpected=[], samples=samples)


def found(seen: SoakRecord) -> list[str]:
    return faults(seen, fit_growth(seen.samples))


def test_a_constant_server_has_no_faults() -> None:
    assert found(record()) == []


def test_memory_may_grow_by_less_than_a_mebibyte_a_minute() -> None:
    assert found(record(memory=0.9)) == []
    assert found(record(memory=1.1)) == ["a process grows by 1.10 MiB a minute"]


@pytest.mark.parametrize(
    ("leak", "resource"),
    [
        ({"descriptors": 0.5}, "file descriptors"),
        ({"threads": 0.5}, "threads"),
        ({"series": 0.5}, "metric series"),
    ],
)
def test_one_more_every_two_minutes_is_a_leak(leak: dict[str, float], resource: str) -> None:
    (fault,) = found(record(**leak))
    assert resource in fault


def test_memory_of_the_warm_up_does_not_count() -> None:
    seen = record()
    for number, sample in enumerate(seen.samples[:25]):
        sample.processes[2].memory_mib = 200 + 6 * number
    assert found(seen) == []


def test_a_replaced_process_is_an_error() -> None:
    seen = record()
    for sample in seen.samples[50:]:
        sample.processes[3] = sample.processes.pop(2)
    with pytest.raises(ValueError, match="processes changed"):
        found(seen)


def test_an_unexpected_answer_is_a_fault() -> None:
    seen = record()
    seen.unexpected.append("GET /ui: 500, expected 200")
    assert found(seen) == ["unexpected answer: GET /ui: 500, expected 200"]
