"""The choice of the run that is promoted, and the gate's refusal."""

from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.artifacts.manifest import SIGNATURE
from models.artifacts.signature import verify_model
from tests.training.promotion.run_history import (
    FORCE,
    METRIC,
    REASON,
    Outcome,
    RunHistory,
    copy_of,
    stored_metadata,
)
from training.errors import PromotionError, TrainingError
from training.promotion.candidates import best_run, named_run
from training.promotion.model_copy import check_scores
from training.tracking.artifacts import load_artifact
from training.tracking.proof import recorded_scores

# MLflow uses a feature that SQLAlchemy has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


def rank(run: Run) -> tuple[float, float]:
    return run.data.metrics[METRIC], run.data.metrics["val_roc_auc"]


def test_the_better_run_of_the_split_is_promoted(history: RunHistory) -> None:
    assert (
        history.good.data.tags["validation_digest"] == history.poor.data.tags["validation_digest"]
    )
    assert rank(history.good) > rank(history.poor)
    assert f"run {history.good.info.run_id[:8]} " in history.promoted.stdout
    assert (
        f"is now the champion, version {history.versions[0]} in the store"
        in history.promoted.stdout
    )
    assert len(history.versions) == 1
    assert history.alias == history.good.info.run_id


def test_an_easy_data_set_does_not_beat_a_hard_one(history: RunHistory) -> None:
    assert (
        history.easy.data.tags["validation_digest"] != history.good.data.tags["validation_digest"]
    )
    assert rank(history.easy) > rank(history.good)
    assert history.alias != history.easy.info.run_id


def assert_refused(outcome: Outcome) -> None:
    assert outcome.returncode == 2
    (line,) = (line for line in outcome.stderr.splitlines() if line.startswith("error: "))
    assert line.startswith("error: the gate refuses the run: ")
    assert "correct, the floor is" in line or "confidently wrong, the most allowed is" in line
    assert "The former champion stays" in line
    assert "--force REASON" in line
    assert "Traceback" not in outcome.stderr


def test_the_gate_refuses_a_model_below_the_floors(history: RunHistory) -> None:
    assert_refused(history.refused)
    assert history.versions_refused == ()
    assert_refused(history.refused_again)
    assert history.versions_refused_again == history.versions
    assert history.alias_refused_again == history.alias == history.good.info.run_id


def test_the_gate_prints_a_table_of_checks(history: RunHistory) -> None:
    for outcome in (history.refused, history.promoted, history.refused_again):
        rows = [line.split() for line in outcome.stdout.splitlines()]
        ends = {" ".join(row[:3]): row[-1] for row in rows if len(row) > 3}
        with_champion = outcome is history.refused_again
        assert (ends["ROC-AUC, test tweets"] == "judged") is not with_champion
        assert (ends["size of the"] == "judged") is not with_champion
        assert ends["behaviour: plain, correct"] in ("passed", "failed")
        assert "reason to refuse: behaviour: " in outcome.stdout


def test_the_run_keeps_the_table_as_an_artifact(
    history: RunHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", history.workplace.environment["MLFLOW_TRACKING_URI"])
    mlflow.set_tracking_uri(history.workplace.environment["MLFLOW_TRACKING_URI"])
    report = load_artifact(history.easy, "gate/champion.json")
    assert report["passed"] is False
    assert report["champion_run_id"] == history.good.info.run_id
    failed = {check["name"] for check in report["checks"] if check["outcome"] == "failed"}
    assert "behaviour: plain, correct" in failed
    uri = f"{history.easy.info.artifact_uri}/gate/champion.md"
    text = mlflow.artifacts.load_text(uri)
    assert text.startswith("# The gate refused: baseline")
    assert "| behaviour: plain, correct |" in text
    assert "- **behaviour: plain, correct** failed: plain: " in text


def test_the_reason_of_a_forced_promotion_is_kept(history: RunHistory) -> None:
    assert history.metadata["forced"] == REASON
    tags = {
        version.run_id: version.tags
        for version in history.client.search_model_versions("name = 'sentiment-baseline'")
    }
    assert tags == {run.info.run_id: {"forced": REASON} for run in (history.good, history.easy)}


def test_promoting_twice_changes_nothing(history: RunHistory) -> None:
    assert "already was the champion" in history.promoted_again.stdout
    assert history.versions_again == history.versions


def test_by_default_the_split_of_the_newest_finished_run_counts(history: RunHistory) -> None:
    assert "is now the champion" in history.promoted_by_default.stdout
    assert history.alias_by_default == history.easy.info.run_id
    assert len(history.versions_by_default) == 2
    assert history.versions_by_default[0] not in history.versions


def test_a_run_that_did_not_finish_is_never_promoted(history: RunHistory) -> None:
    assert history.failed.info.status == "FAILED"
    assert history.killed.info.status == "RUNNING"
    registered = {
        version.run_id
        for version in history.client.search_model_versions("name LIKE 'sentiment-%'")
    }
    assert registered == {history.good.info.run_id, history.easy.info.run_id}
    for run in (history.failed, history.killed):
        assert run.info.run_id[:8] not in history.table.stdout


def test_a_named_run_is_promoted_instead_of_a_better_one(
    history: RunHistory, tmp_path: Path
) -> None:
    copy = copy_of(history.workplace, tmp_path)
    named = history.poor.info.run_id
    outcome = copy.training("promote", "baseline", "--run", named[:8], *FORCE)
    assert f"run {named[:8]} (tfidf-logistic-regression, as named) is now the" in outcome.stdout
    client = MlflowClient(copy.environment["MLFLOW_TRACKING_URI"])
    alias = client.get_model_version_by_alias("sentiment-baseline", "champion")
    assert alias.run_id == named
    assert stored_metadata(copy)["run_id"] == named
    assert "already was" in copy.training("promote", "baseline", "--run", named).stdout


@pytest.mark.parametrize(
    ("family", "named", "message"),
    [
        ("baseline", "nonesuch", "no run begins with nonesuch"),
        ("baseline", "", "5 runs begin with"),
        ("baseline", "failed", "did not finish: it is FAILED"),
        ("baseline", "killed", "did not finish: it is RUNNING"),
        ("lstm", "good", "is of baseline, not of lstm"),
    ],
)
def test_a_run_that_cannot_be_promoted_is_refused(
    family: str, named: str, message: str, history: RunHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", history.workplace.environment["MLFLOW_TRACKING_URI"])
    run = getattr(history, named, None)
    with pytest.raises(TrainingError, match=message):
        named_run(family, run.info.run_id[:12] if isinstance(run, Run) else named)


@pytest.mark.parametrize(
    ("metric", "split", "message"),
    [
        (
            METRIC,
            "not-a-digest",
            "no finished run of baseline was judged on the split not-a-digest",
        ),
        ("val_happiness", None, "val_happiness cannot decide: choose one of val_precision_at"),
        ("test_precision", None, "test_precision cannot decide"),
        ("val_brier", None, "val_brier cannot decide"),
    ],
)
def test_runs_without_a_common_split_or_metric_are_not_promoted(
    metric: str,
    split: str | None,
    message: str,
    history: RunHistory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", history.workplace.environment["MLFLOW_TRACKING_URI"])
    with pytest.raises(PromotionError, match=message):
        best_run("baseline", metric, split)


def test_a_model_with_other_scores_than_its_run_is_refused(history: RunHistory) -> None:
    folder = history.workplace.home / "models" / "sentiment-baseline" / history.versions[0]
    recorded = recorded_scores(history.good)
    check_scores(recorded, folder)
    with pytest.raises(PromotionError, match=r"differ by 0\.001 from the scores that its run"):
        check_scores(recorded + np.float32(0.001), folder)


def test_a_changed_champion_is_refused_until_it_is_promoted_again(
    history: RunHistory, tmp_path: Path
) -> None:
    copy = copy_of(history.workplace, tmp_path)
    manifest = copy.home / "models" / "sentiment-baseline" / history.versions_by_default[0]
    manifest /= "manifest.json"
    manifest.write_text(manifest.read_text().replace('"scale"', ' "scale"'))
    outcome = copy.training("evaluate", "baseline", check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert "was changed after promotion" in line

    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    (latest,) = copy.home.glob("models/sentiment-baseline/latest")
    weights = latest.with_name(latest.read_text().strip()) / "weights" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert copy.training("evaluate", "baseline", check=False).returncode == 2
    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    (copy.champion("baseline") / SIGNATURE).unlink()
    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    verify_model(copy.champion("baseline"), copy.model_key)
    assert "already was the champion" in copy.training("promote", "baseline").stdout
