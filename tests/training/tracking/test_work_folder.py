import contextlib

import pytest

from tests.support.champions import Workplace
from training.errors import TrainingError
from training.tracking.work_folder import work_folder


@pytest.mark.unit
def test_the_same_training_runs_once_at_a_time(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTIMENT_DATA_DIR", str(workplace.folder))
    with work_folder({"seed": 1}) as work:
        work.keep_run_id("a")
        with (
            pytest.raises(TrainingError, match="the same training runs already"),
            work_folder({"seed": 1}),
        ):
            pass
        with work_folder({"seed": 2}) as other:
            assert other.run_id is None
    with work_folder({"seed": 1}) as again:
        assert again.run_id is None, "a finished training leaves no folder"
    assert list((workplace.folder / "trainings").iterdir()) == []


@pytest.mark.unit
def test_an_unfinished_training_keeps_its_folder(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTIMENT_DATA_DIR", str(workplace.folder))
    with contextlib.suppress(KeyboardInterrupt), work_folder({"seed": 1}) as work:
        work.keep_run_id("a")
        raise KeyboardInterrupt
    with work_folder({"seed": 1}) as again:
        assert again.run_id == "a"
