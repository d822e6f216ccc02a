from pathlib import Path

import pytest

from serving.cores import Cores


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    path = tmp_path / "cores"
    path.touch()
    return path


def test_workers_see_each_other_score(shared: Path) -> None:
    one, other = (Cores.shared(shared, workers=2, worker=number) for number in (1, 2))
    assert one.is_one_idle()
    one.begin_call()
    other.begin_call()
    assert not one.is_one_idle()
    assert not other.is_one_idle()
    one.end_call()
    assert other.is_one_idle()


def test_a_worker_in_the_place_of_one_that_died_scores_nothing_yet(shared: Path) -> None:
    dead, other = (Cores.shared(shared, workers=2, worker=number) for number in (1, 2))
    dead.begin_call()
    other.begin_call()
    Cores.shared(shared, workers=2, worker=1)
    assert other.is_one_idle()


def test_a_worker_by_itself_makes_one_call_at_a_time() -> None:
    cores = Cores()
    assert cores.is_one_idle()
    cores.begin_call()
    assert not cores.is_one_idle()
