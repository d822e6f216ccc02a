"""The data that a run and its champion keep, in MLflow and in the model store."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from models.artifacts.manifest import read_manifest
from tests.training.promotion.run_history import METRIC, RunHistory

# MLflow uses a feature that SQLAlchemy has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


def test_the_table_has_every_finished_run_and_a_star_at_the_champion(history: RunHistory) -> None:
    row_of = {
        run.info.run_id: next(
            line for line in history.table.stdout.splitlines() if run.info.run_id[:8] in line
        )
        for run in (history.good, history.poor, history.easy)
    }
    starred = [run_id for run_id, row in row_of.items() if f"{run_id[:8]}*" in row]
    assert starred == [history.good.info.run_id]
    for run in (history.good, history.poor, history.easy):
        row = row_of[run.info.run_id]
        assert run.data.tags["validation_digest"][:8] in row
        assert f"{run.data.metrics[METRIC]:.3f}" in row
        assert f"{run.data.metrics['test_precision']:.3f}" in row


def test_a_run_keeps_its_parameters_tags_and_artifacts(history: RunHistory) -> None:
    run = history.good
    artifacts = {artifact.path for artifact in history.client.list_artifacts(run.info.run_id)}
    assert {"confusion_matrix.png", "precision_recall.png", "environment.json"} <= artifacts
    metrics = run.data.metrics
    for name in ("precision", "accuracy", "roc_auc", "average_precision"):
        low, high = metrics[f"test_{name}_low"], metrics[f"test_{name}_high"]
        assert low <= metrics[f"test_{name}"] <= high
    assert run.data.tags["data"] == "hard.csv"
    for name in ("data_digest", "validation_digest", "test_digest"):
        assert len(run.data.tags[name]) == 64
    assert run.data.params["c"] == "10.0"
    rows = [int(run.data.params[f"{part}_rows"]) for part in ("train", "validation", "test")]
    assert sum(rows) == 400


def test_a_run_keeps_the_versions_of_its_packages(history: RunHistory, tmp_path: Path) -> None:
    run_id = history.good.info.run_id
    kept = Path(history.client.download_artifacts(run_id, "environment.json", str(tmp_path)))
    packages = json.loads(kept.read_text())["packages"]
    for name in ("scikit-learn", "mlflow", "numpy"):
        assert packages[name] == version(name)


def test_a_champion_is_evaluated_on_the_test_split_of_its_run(history: RunHistory) -> None:
    shown = history.workplace.training("evaluate", "baseline", "--data", "easy.csv").stdout
    assert f"baseline {history.versions_by_default[0]} " in shown
    assert f"{history.easy.data.metrics['test_precision']:.3f}" in shown
    outcome = history.workplace.training("evaluate", "baseline", "--data", "hard.csv", check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert "was trained on other splits" in line


def test_the_store_keeps_run_digests_and_threshold_of_the_champion(history: RunHistory) -> None:
    folder = history.workplace.home / "models" / "sentiment-baseline" / history.versions[0]
    metadata = history.metadata
    assert metadata["run_id"] == history.good.info.run_id
    assert metadata["data_digest"] == history.good.data.tags["data_digest"]
    assert metadata["validation_digest"] == history.good.data.tags["validation_digest"]
    assert metadata["checkpoint"] == "tfidf-logistic-regression"
    assert metadata["threshold"] == read_manifest(folder).decision.threshold
    assert metadata["threshold"] == float(history.good.data.params["decision_threshold"])
