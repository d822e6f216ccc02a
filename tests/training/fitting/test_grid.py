"""One grid on 300 invented tweets: its table and its MLflow runs."""

import re
import signal
import subprocess
import sys
from dataclasses import dataclass

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_validate

from models.baseline.family import normalize_words
from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import all_runs, write_airline, write_tweets
from training.data.selection import load_sided_splits
from training.fitting.grid import SCORES
from training.fitting.grid_combinations import combinations

# MLflow uses a feature that SQLAlchemy has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

COMBINATIONS = [
    f"{classifier}, {features}"
    for classifier in ("naive Bayes", "linear SVM", "logistic regression", "random forest")
    for features in ("bag of words", "TF-IDF")
]
ARGUMENTS = ("grid", "--data", "tweets.csv", "--sample", "300", "--airline", "airline.csv")


@dataclass(frozen=True)
class Story:
    """The runs of a grid, its output, and an attempt to promote one of its runs."""

    workplace: Workplace
    client: MlflowClient
    shown: subprocess.CompletedProcess[str]
    parent: Run
    nested: dict[str, Run]
    promoted: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.2, seed=1)
    write_airline(workplace.folder / "airline.csv")
    shown = workplace.training(*ARGUMENTS)
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    (parent,), nested = runs(client)
    promoted = workplace.training("promote", "baseline", check=False)
    return Story(
        workplace,
        client,
        shown,
        parent,
        {str(run.info.run_name): run for run in nested},
        promoted,
    )


def runs(client: MlflowClient) -> tuple[list[Run], list[Run]]:
    """Runs without a parent, and nested runs."""
    found = all_runs(client)
    return (
        [run for run in found if "mlflow.parentRunId" not in run.data.tags],
        [run for run in found if "mlflow.parentRunId" in run.data.tags],
    )


def test_the_table_has_a_row_a_combination_with_mean_and_deviation(story: Story) -> None:
    rows = [line for line in story.shown.stdout.splitlines() if line.count("±") == 6]
    assert len(rows) == 8
    for name, row in zip(COMBINATIONS, rows, strict=True):
        classifier, features = name.split(", ")
        metrics = story.nested[name].data.metrics
        assert re.match(rf"\s*{classifier}\*?\s+{features}\s", row)
        for score in SCORES:
            assert f"{metrics[f'cv_{score}']:.3f} ± {metrics[f'cv_{score}_sd']:.3f}" in row


def test_each_combination_is_a_nested_run(story: Story) -> None:
    assert sorted(story.nested) == sorted(COMBINATIONS)
    for run in (story.parent, *story.nested.values()):
        assert run.info.status == "FINISHED"
        assert run.data.tags["family"] == "grid"
    for run in story.nested.values():
        assert run.data.tags["mlflow.parentRunId"] == story.parent.info.run_id
        assert run.data.metrics.keys() == {
            f"cv_{name}{end}" for name in (*SCORES, "fit_seconds") for end in ("", "_sd")
        }


def test_figures_are_those_of_the_folds(story: Story) -> None:
    run = story.nested["naive Bayes, bag of words"]
    alpha = float(run.data.params["classifier__alpha"])
    (combination,) = (one for one in combinations(7) if one.name == run.info.run_name)
    train = load_sided_splits(str(story.workplace.folder / "tweets.csv"), None, 300, 7).train
    scores = cross_validate(
        clone(combination.pipeline).set_params(classifier__alpha=alpha),
        list(map(normalize_words, train.texts)),
        train.labels,
        scoring=SCORES,
        cv=StratifiedKFold(3, shuffle=True, random_state=7),
    )
    for score in SCORES:
        folds = scores[f"test_{score}"]
        assert run.data.metrics[f"cv_{score}"] == pytest.approx(folds.mean(), abs=1e-6)
        assert run.data.metrics[f"cv_{score}_sd"] == pytest.approx(folds.std(), abs=1e-6)


def test_a_combination_is_shown_with_its_most_precise_parameters(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", story.workplace.environment["MLFLOW_TRACKING_URI"])
    monkeypatch.chdir(story.workplace.folder)
    for run in story.nested.values():
        candidates = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/candidates.json")
        best = int(np.argmax(candidates["precision"]))
        assert len(candidates["precision"]) > 1
        assert run.data.metrics["cv_precision"] == candidates["precision"][best]
        shown = {name: str(value) for name, value in candidates["parameters"][best].items()}
        assert shown.items() <= run.data.params.items()


def test_the_winner_has_the_best_mean_precision_and_a_star(story: Story) -> None:
    precision = {name: run.data.metrics["cv_precision"] for name, run in story.nested.items()}
    winner = story.parent.data.tags["winner"]
    assert precision[winner] == max(precision.values())
    (starred,) = [line for line in story.shown.stdout.splitlines() if "* " in line and "±" in line]
    classifier, features = winner.split(", ")
    assert re.match(rf"\s*{classifier}\*\s+{features}\s", starred)
    chosen = {
        name: value
        for name, value in story.nested[winner].data.params.items()
        if name.startswith("classifier__")
    }
    assert chosen
    assert chosen.items() <= story.parent.data.params.items()


def test_only_the_winner_is_evaluated_on_held_out_tweets(story: Story) -> None:
    metrics = story.parent.data.metrics
    for part in ("test", "airline"):
        for name in ("precision", "accuracy", "roc_auc", "average_precision"):
            low, high = metrics[f"{part}_{name}_low"], metrics[f"{part}_{name}_high"]
            assert low <= metrics[f"{part}_{name}"] <= high
    assert metrics["airline_rows"] == 20
    assert f"on {metrics['test_rows']:.0f} test rows" in story.shown.stdout
    shown = f"{metrics['test_roc_auc']:.3f} [{metrics['test_roc_auc_low']:.3f}, "
    assert shown in story.shown.stdout
    for run in story.nested.values():
        assert not [name for name in run.data.metrics if not name.startswith("cv_")]


def test_bounds_time_and_memory_are_printed_and_tracked(story: Story) -> None:
    for bound in ("max_depth 40", "max_features sqrt", "max_samples 0.25"):
        assert bound in " ".join(story.shown.stdout.split())
    peak = story.parent.data.metrics["peak_memory_gib"]
    assert f"{story.parent.data.metrics['grid_seconds']:.0f} s, {peak:.1f} GiB" in (
        story.shown.stdout
    )


def test_a_line_is_printed_when_a_combination_is_done(story: Story) -> None:
    lines = [line.split(": precision")[0] for line in story.shown.stderr.splitlines()]
    assert [line for line in lines if line in COMBINATIONS] == COMBINATIONS


def test_no_run_of_a_grid_can_be_promoted(story: Story) -> None:
    assert story.promoted.returncode == 2
    assert "no finished run of baseline" in story.promoted.stderr
    assert story.client.search_registered_models() == []
    assert not story.workplace.home.exists()
    for run in (story.parent, *story.nested.values()):
        assert "model_uri" not in run.data.tags


def test_an_interrupted_grid_leaves_no_run_in_the_state_running(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.2, seed=1)
    with subprocess.Popen(
        [sys.executable, "-m", "training", "grid", "--data", "tweets.csv"],
        cwd=workplace.folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(COMBINATIONS[0]):
                process.send_signal(signal.SIGTERM)
                break
        errors = process.stderr.read()
    assert process.returncode == 2
    assert "interrupted: the same command starts the grid again" in errors
    (parent,), nested = runs(MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"]))
    assert parent.info.status == "KILLED"
    assert {run.info.status for run in nested} == {"FINISHED", "KILLED"}
