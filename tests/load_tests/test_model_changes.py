from load_tests.model_changes import ChangeResults
from load_tests.traffic.open_loop import Answer


def answers(*milliseconds: float, code: int = 200) -> list[Answer]:
    return [Answer(0, code, latency / 1000, False) for latency in milliseconds]


def test_a_row_has_the_medians_of_the_intervals_and_counts_every_lost_request() -> None:
    results = ChangeResults(
        rate=120.4,
        without=[answers(20), answers(10), answers(30)],
        during=[answers(24), [*answers(30), *answers(1, code=503)], answers(90)],
        seconds=[3, 5, 4],
        memory_mib=[600, 720, 650, 602],
        loads=[2.0, 2.5, 3.0],
    )
    assert results.row("baseline") == (
        *("baseline", "120", "3", "4.0", "4", "1", "20.0", "29.7", "1.49", "600", "602", "2.5"),
    )
