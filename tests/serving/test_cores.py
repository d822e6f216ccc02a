import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from serving.cores import Cores


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    path = tmp_path / "cores"
    path.touch()
    return path


@contextmanager
def scoring_worker(path: Path, number: int) -> Iterator[int]:
    """A process that has a call under way until it is killed."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        cores = Cores.shared(path, workers=2, worker=number)
        cores.begin_call()
        os.write(writes, b".")
        signal.pause()
    os.read(reads, 1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_workers_see_each_other_score(shared: Path) -> None:
    one = Cores.shared(shared, workers=2, worker=1)
    assert one.is_one_idle()
    one.begin_call()
    assert one.is_one_idle()
    with scoring_worker(shared, 2):
        assert not one.is_one_idle()
        one.end_call()
        assert one.is_one_idle()


def test_what_a_dead_worker_scored_is_forgotten_though_nobody_replaces_it(shared: Path) -> None:
    one = Cores.shared(shared, workers=2, worker=1)
    one.begin_call()
    with scoring_worker(shared, 2) as pid:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert one.is_one_idle()


def test_a_worker_in_the_place_of_one_that_died_scores_nothing_yet(shared: Path) -> None:
    one = Cores.shared(shared, workers=2, worker=1)
    one.begin_call()
    with scoring_worker(shared, 2):
        pass
    assert shared.read_bytes() == bytes([0, 1, 1, 0, 0])
    with scoring_worker(shared, 2):
        assert shared.read_bytes() == bytes([0, 1, 1, 0, 0])


def test_a_worker_by_itself_makes_one_call_at_a_time() -> None:
    cores = Cores()
    assert cores.is_one_idle()
    cores.begin_call()
    assert not cores.is_one_idle()
