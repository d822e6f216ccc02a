from load_tests.measurement import Measurement
from load_tests.servers.compared_server import no_op
from tests.support.load_results import load


def test_figures_are_medians_of_the_rounds() -> None:
    measurement = Measurement(no_op(1))
    measurement.loads[32] = [load(100, 9, 90), load(300, 5, 20), load(200, 7, 30)]
    measurement.loads[1] = [load(10)]
    measurement.peaks_mib += [500, 700, 550]
    measurement.first_answers_s += [9, 7, 8]
    assert measurement.rate(32) == 200
    assert (measurement.p50_ms(32), measurement.p99_ms(32)) == (7, 30)
    assert (measurement.peak_mib, measurement.first_answer_s) == (550, 8)


def test_failures_of_all_rounds_are_added_up() -> None:
    measurement = Measurement(no_op(1))
    measurement.loads[8] = [load(100, refused=2), load(100), load(100, refused=3)]
    measurement.loads[1] = [load(100, refused=50)]
    assert measurement.not_answered(8) == 5
