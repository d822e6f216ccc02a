from serving.workers.cores import Cores
from serving.workers.shared_counters import SharedCounters


def test_a_core_is_idle_while_fewer_calls_are_under_way_than_there_are_workers() -> None:
    numbers = bytearray(8)
    one, two = (Cores(SharedCounters(numbers, 2, worker)) for worker in range(2))
    one.begin_call()
    assert one.has_idle_core()
    two.begin_call()
    assert not one.has_idle_core()
    assert not two.has_idle_core()
    one.end_call()
    assert two.has_idle_core()


def test_a_worker_by_itself_makes_one_call_at_a_time() -> None:
    cores = Cores()
    assert cores.has_idle_core()
    cores.begin_call()
    assert not cores.has_idle_core()
