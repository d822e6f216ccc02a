from load_tests.measurement import Measurement
from load_tests.scorer_throughput import ScorerThroughput
from load_tests.servers.compared_server import no_op, this_service
from load_tests.tables import scorer_table, servers_table, table
from tests.support.load_results import load


def test_a_table_is_markdown() -> None:
    assert table(["a", "b"], [["1", "2"], ["3", ""]]) == (
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |"
    )


def test_ratios_are_to_the_reference_at_the_same_number_of_connections() -> None:
    service, other = Measurement(this_service("lstm")), Measurement(no_op(1))
    service.loads.update({1: [load(100)], 32: [load(400)]})
    other.loads.update({1: [load(250)], 32: [load(100, 3.04, 8.06, refused=2)]})
    for measurement in (service, other):
        measurement.peaks_mib.append(99.6)
        measurement.first_answers_s.append(1.26)
    rows = servers_table([service, other], [1, 32], service).splitlines()[2:]
    assert rows == [
        "| this service | 1 | 100 | 1.00 | 1.0 | 2.0 | 0 | 100 | 1.3 |",
        "| this service | 32 | 400 | 1.00 | 1.0 | 2.0 | 0 | 100 | 1.3 |",
        "| FastAPI no-op | 1 | 250 | 2.50 | 1.0 | 2.0 | 0 | 100 | 1.3 |",
        "| FastAPI no-op | 32 | 100 | 0.25 | 3.0 | 8.1 | 2 | 100 | 1.3 |",
    ]


def test_a_scorer_has_a_row_per_split_and_batch_size() -> None:
    rows = scorer_table([ScorerThroughput(2, 1, 64, 354.4, 363.66)]).splitlines()[2:]
    assert rows == ["| 2 x 1 | 64 | 354 | 363.7 |"]
