"""A training that is asked to end, and the same command again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import write_tweets

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

TRAIN = [
    *("train", "distilbert", "--checkpoint", "all-MiniLM-L6-v2", "--data", "tweets.csv"),
    *("--epochs", "2", "--batch-size", "4", "--accumulation", "1", "--precision", "float32"),
]


def only_run(workplace: Workplace) -> Run:
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    experiment = client.get_experiment_by_name("tweet-sentiment")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    return run


def end_in_first_epoch(workplace: Workplace, *arguments: str) -> int:
    with subprocess.Popen(
        [sys.executable, "-m", "training", *arguments],
        cwd=workplace.folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "epoch 1" not in (line := process.stderr.readline()):
            assert line, "it ended before it began"
        process.send_signal(signal.SIGTERM)
        told = process.stderr.read()
    assert "the same command goes on" in told, told
    return process.returncode


def checkpoints(workplace: Workplace) -> list[Path]:
    return sorted((workplace.folder / "data" / "trainings").glob("*/checkpoints/checkpoint-*"))


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=3, rows=240)
    assert end_in_first_epoch(workplace, *TRAIN) == 130
    return workplace


def test_it_goes_on_from_its_last_step_in_the_same_run(interrupted: Workplace) -> None:
    run = only_run(interrupted)
    assert run.info.status == "KILLED"
    assert "model_uri" not in run.data.tags
    (checkpoint,) = checkpoints(interrupted)
    step = int(checkpoint.name.removeprefix("checkpoint-"))
    assert step >= 1

    interrupted.training(*TRAIN)
    finished = only_run(interrupted)
    assert finished.info.run_id == run.info.run_id
    assert finished.info.status == "FINISHED"
    assert "model_uri" in finished.data.tags
    client = MlflowClient(interrupted.environment["MLFLOW_TRACKING_URI"])
    epochs = [
        metric.step
        for metric in client.get_metric_history(run.info.run_id, "epoch_val_precision_at_recall_80")
    ]
    assert epochs == [0, 1]
    assert checkpoints(interrupted) == []
