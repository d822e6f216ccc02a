"""A tuning study in two calls of the command."""

import numpy as np
import pytest
from matplotlib.image import imread
from mlflow import MlflowClient

from models.registry import FAMILIES
from tests.support.champions import Workplace
from tests.support.invented_tweets import all_runs, newest_run, write_tweets

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

METRIC = "val_precision_at_recall_80"


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, list[str]]:
    """The tables of a study of two trials, and of the same study of four."""
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.2, seed=4)
    tables = [
        workplace.training(
            *("tune", "baseline", "--data", "tweets.csv", "--min-df", "2", "--trials", trials)
        ).stdout
        for trials in ("2", "4")
    ]
    return workplace, tables


def client_of(workplace: Workplace) -> MlflowClient:
    return MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])


def test_a_second_call_continues_the_study(tuned: tuple[Workplace, list[str]]) -> None:
    workplace, tables = tuned
    assert [table.count(" complete") for table in tables] == [2, 4]
    client = client_of(workplace)
    runs = all_runs(client)
    (parent,) = (run for run in runs if "study" in run.data.tags and "trial" not in run.data.tags)
    trials = {
        run.data.tags["trial"]
        for run in runs
        if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id
    }
    assert trials == {"0", "1", "2", "3"}
    drawn = {artifact.path for artifact in client.list_artifacts(parent.info.run_id)}
    assert {"history.png", "importance.png", "best_options.json"} <= drawn
    for name in ("history.png", "importance.png"):
        image = imread(client.download_artifacts(parent.info.run_id, name))
        edges = np.concatenate([image[:, 0], image[:, -1], image[0], image[-1]])
        assert np.all(edges == 1), f"{name} is cut off"


def test_a_given_option_stays_fixed_and_others_are_searched(
    tuned: tuple[Workplace, list[str]],
) -> None:
    trials = [run for run in all_runs(client_of(tuned[0])) if "trial" in run.data.tags]
    assert {run.data.params["min_df"] for run in trials} == {"2"}
    assert len({run.data.params["c"] for run in trials}) == 4


def test_the_best_options_are_printed_as_a_command_that_trains_with_them(
    tuned: tuple[Workplace, list[str]],
) -> None:
    workplace, tables = tuned
    command = tables[1].splitlines()[-1].split()
    assert command[:4] == ["python", "-m", "training", "train"]
    given = dict(zip(command[5::2], command[6::2], strict=True))
    client = client_of(workplace)
    trials = [run for run in all_runs(client) if "trial" in run.data.tags]
    (best,) = (run for run in trials if run.data.params["c"] == given["--c"])
    assert best.data.metrics[METRIC] == max(run.data.metrics[METRIC] for run in trials)
    workplace.training(*command[3:], "--data", "tweets.csv")
    trained = newest_run(client)
    assert "trial" not in trained.data.tags
    assert best.data.params.items() <= trained.data.params.items()
    assert trained.data.metrics[METRIC] == pytest.approx(best.data.metrics[METRIC])


def test_the_test_split_is_not_read(tuned: tuple[Workplace, list[str]]) -> None:
    of_study = [run for run in all_runs(client_of(tuned[0])) if "study" in run.data.tags]
    assert len(of_study) == 5
    assert not [name for run in of_study for name in run.data.metrics if "test" in name]


def test_a_study_without_an_option_to_search_is_an_error(workplace: Workplace) -> None:
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.2, seed=4)
    fixed = [
        f"--{name.replace('_', '-')}={field.default}"
        for name, field in FAMILIES["baseline"].options.model_fields.items()
        if field.json_schema_extra
    ]
    outcome = workplace.training("tune", "baseline", "--data", "tweets.csv", *fixed, check=False)
    assert outcome.returncode == 2
    assert "nothing to search" in outcome.stderr
