"""A student learns what its teacher says, not what stands in the data."""

from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from tests.support.champions import Workplace
from tests.support.invented_tweets import newest_run, write_tweets
from training.data.selection import load_splits

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run, Run, Run]:
    """A teacher, a student of its alone, and one that asks it nothing."""
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.3, seed=5)
    common = ("train", "baseline", "--data", "tweets.csv")
    workplace.training(*common, "--c", "0.5")
    teacher = newest_run(client)
    workplace.training(
        *common, "--c", "50", "--teacher", teacher.info.run_id[:8], "--teacher-weight", "1"
    )
    student = newest_run(client)
    workplace.training(*common, "--c", "50")
    return workplace, teacher, student, newest_run(client)


def training_scores(workplace: Workplace, run: Run) -> FloatArray:
    """What a run's model says of the tweets that it was trained on."""
    mlflow.set_tracking_uri(workplace.environment["MLFLOW_TRACKING_URI"])
    downloaded = mlflow.artifacts.download_artifacts(run.data.tags["model_uri"])
    (manifest,) = Path(downloaded).glob("data/*/manifest.json")
    _, scorer = load_model(manifest.parent)
    splits = load_splits(str(workplace.folder / "tweets.csv"), None, None, 7)
    return scorer.score(splits.train.texts)


def test_a_student_follows_its_teacher(taught: tuple[Workplace, Run, Run, Run]) -> None:
    workplace, teacher, student, alone = taught
    said, learned, unled = (training_scores(workplace, run) for run in (teacher, student, alone))
    assert np.abs(learned - said).mean() < 0.5 * np.abs(unled - said).mean()
    assert student.data.params["teacher"] == teacher.info.run_id
    assert student.data.params["teacher_weight"] == "1.0"
    assert "teacher" not in alone.data.params


def test_a_teacher_that_may_have_seen_the_test_rows_is_refused(
    taught: tuple[Workplace, Run, Run, Run],
) -> None:
    workplace, teacher, *_ = taught
    outcome = workplace.training(
        *("train", "baseline", "--data", "tweets.csv", "--seed", "8"),
        *("--teacher", teacher.info.run_id),
        check=False,
    )
    assert outcome.returncode == 2
    assert "the teacher held out other validation rows" in outcome.stderr


def test_an_unknown_teacher_is_told(taught: tuple[Workplace, Run, Run, Run]) -> None:
    workplace = taught[0]
    outcome = workplace.training(
        *("train", "baseline", "--data", "tweets.csv", "--teacher", "nonesuch"), check=False
    )
    assert outcome.returncode == 2
    assert "no run begins with nonesuch" in outcome.stderr
