import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from serving.workers.shared_counters import SharedCounters


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "numbers"


@contextmanager
def other_worker(file: Path, worker: int, number: int, *, checks: bool = False) -> Iterator[int]:
    """A process that tells its number and lives until it is killed.

    With ``checks`` the process looks for live workers all the time.
    """
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        numbers = SharedCounters.shared(file, workers=2, worker=worker)
        numbers.mine += number
        os.write(writes, b".")
        while checks:
            numbers.living()
        signal.pause()
    os.read(reads, 1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_workers_see_each_others_numbers(file: Path) -> None:
    one = SharedCounters.shared(file, workers=2, worker=1)
    one.mine = 300
    with other_worker(file, 2, 70_000):
        assert one.total() == 70_300
        assert one.living() == [300, 70_000]
    assert one.mine == 300


def test_a_worker_that_has_nothing_to_tell_lives_too(file: Path) -> None:
    one = SharedCounters.shared(file, workers=2, worker=1)
    with other_worker(file, 2, 0):
        assert one.living() == [0, 0]


def test_workers_that_check_at_the_same_time_see_live_workers_only(file: Path) -> None:
    one = SharedCounters.shared(file, workers=2, worker=1)
    with other_worker(file, 2, 5, checks=True):
        assert all(one.living() == [0, 5] for _ in range(2000))


def test_the_number_of_a_dead_worker_is_forgotten_though_nobody_replaces_it(file: Path) -> None:
    one = SharedCounters.shared(file, workers=2, worker=1)
    one.mine = 1
    with other_worker(file, 2, 5) as pid:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert one.total() == 6
        assert one.living() == [1]
        assert one.total() == 1


def test_a_worker_in_the_place_of_one_that_died_begins_with_nothing(file: Path) -> None:
    one = SharedCounters.shared(file, workers=2, worker=1)
    with other_worker(file, 2, 5):
        pass
    assert one.total() == 5
    with other_worker(file, 2, 2):
        assert one.living() == [0, 2]


def test_a_worker_alone_sees_itself() -> None:
    alone = SharedCounters.alone()
    alone.mine = 3
    assert (alone.workers, alone.total(), alone.living()) == (1, 3, [3])
