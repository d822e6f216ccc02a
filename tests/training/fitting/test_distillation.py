"""Distillation: a student learns the shares of its teacher."""

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
def distilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run, Run, Run]:
    """Runs of a teacher, of its student (weight 1), and of the same options without a teacher."""
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
    """Shares that a run's model predicts for its training tweets."""
    mlflow.set_tracking_uri(workplace.environment["MLFLOW_TRACKING_URI"])
    downloaded = mlflow.artifacts.download_artifacts(run.data.tags["model_uri"])
    (manifest,) = Path(downloaded).glob("data/*/manifest.json")
    _, scorer = load_model(manifest.parent)
    splits = load_splits(str(workplace.folder / "tweets.csv"), None, None, 7)
    return scorer.score(splits.train.texts)


def test_a_student_is_closer_to_its_teacher(distilled: tuple[Workplace, Run, Run, Run]) -> None:
    workplace, teacher, student, alone = distilled
    target, learned, other = (training_scores(workplace, run) for run in (teacher, student, alone))
    assert np.abs(learned - target).mean() < 0.5 * np.abs(other - target).mean()
    assert student.data.params["teacher"] == teacher.info.run_id
    assert student.data.params["teacher_weight"] == "1.0"
    assert "teacher" not in alone.data.params


def test_a_teacher_with_other_held_out_rows_is_refused(
    distilled: tuple[Workplace, Run, Run, Run],
) -> None:
    workplace, teacher, *_ = distilled
    outcome = workplace.training(
        *("train", "baseline", "--data", "tweets.csv", "--seed", "8"),
        *("--teacher", teacher.info.run_id),
        check=False,
    )
    assert outcome.returncode == 2
    assert "the teacher held out other validation rows" in outcome.stderr


def test_an_unknown_teacher_is_an_error(distilled: tuple[Workplace, Run, Run, Run]) -> None:
    workplace = distilled[0]
    outcome = workplace.training(
        *("train", "baseline", "--data", "tweets.csv", "--teacher", "nonesuch"), check=False
    )
    assert outcome.returncode == 2
    assert "no run begins with nonesuch" in outcome.stderr
