"""An interrupted training, and the same command again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient

from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import all_runs, write_tweets

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

TRAIN = [
    *("train", "distilbert", "--checkpoint", "all-MiniLM-L6-v2", "--data", "tweets.csv"),
    *("--epochs", "2", "--batch-size", "4", "--accumulation", "1", "--precision", "float32"),
]


def interrupt_in_first_epoch(workplace: Workplace, *arguments: str) -> int:
    with subprocess.Popen(
        [sys.executable, "-m", "training", *arguments],
        cwd=workplace.folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "epoch 1" not in (line := process.stderr.readline()):
            assert line, "the training ended before its first epoch"
        process.send_signal(signal.SIGTERM)
        errors = process.stderr.read()
    assert "the same command continues from the last checkpoint" in errors
    return process.returncode


def checkpoints(workplace: Workplace) -> list[Path]:
    return sorted((workplace.folder / "data" / "trainings").glob("*/checkpoints/checkpoint-*"))


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=3, rows=240)
    assert interrupt_in_first_epoch(workplace, *TRAIN) == 130
    return workplace


def test_a_training_continues_from_its_last_checkpoint_in_the_same_run(
    interrupted: Workplace,
) -> None:
    client = MlflowClient(interrupted.environment["MLFLOW_TRACKING_URI"])
    (run,) = all_runs(client)
    assert run.info.status == "KILLED"
    assert "model_uri" not in run.data.tags
    (checkpoint,) = checkpoints(interrupted)
    step = int(checkpoint.name.removeprefix("checkpoint-"))
    assert step >= 1

    interrupted.training(*TRAIN)
    (finished,) = all_runs(client)
    assert finished.info.run_id == run.info.run_id
    assert finished.info.status == "FINISHED"
    assert "model_uri" in finished.data.tags
    epochs = [
        metric.step
        for metric in client.get_metric_history(run.info.run_id, "epoch_val_precision_at_recall_80")
    ]
    assert epochs == [0, 1]
    assert checkpoints(interrupted) == []
