from serving.workers.cores import Cores
from serving.workers.shared import WorkerNumbers


def test_a_core_is_idle_while_fewer_calls_are_under_way_than_there_are_workers() -> None:
    numbers = bytearray(8)
    one, two = (Cores(WorkerNumbers(numbers, 2, worker)) for worker in range(2))
    one.begin_call()
    assert one.is_one_idle()
    two.begin_call()
    assert not one.is_one_idle()
    assert not two.is_one_idle()
    one.end_call()
    assert two.is_one_idle()


def test_a_worker_by_itself_makes_one_call_at_a_time() -> None:
    cores = Cores()
    assert cores.is_one_idle()
    cores.begin_call()
    assert not cores.is_one_idle()
