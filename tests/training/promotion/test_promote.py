"""Five trainings in one workplace, of which two fail, and their promotions.

The gate refuses models of a few invented words: their promotions are forced.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.artifacts.manifest import SIGNATURE, read_manifest
from models.artifacts.signature import verify_model
from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import BLAME, PRAISE, THINGS, newest_run, write_tweets
from training.behaviour.cases import KINDS
from training.errors import PromotionError, TrainingError
from training.promotion.promote import _check_scores, best_run, named_run
from training.tracking.proof import recorded_scores

# MLflow uses a feature that SQLAlchemy has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

METRIC = "val_precision_at_recall_80"
REASON = "a model of invented tweets"
FORCE = ("--force", REASON)
Outcome = subprocess.CompletedProcess[str]
Versions = tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Runs and outcomes, in this order; versions are those of the model store, latest first."""

    workplace: Workplace
    client: MlflowClient
    good: Run
    poor: Run
    easy: Run
    failed: Run
    killed: Run
    refused: Outcome
    versions_refused: Versions
    promoted: Outcome
    versions: Versions
    promoted_again: Outcome
    versions_again: Versions
    metadata: dict[str, object]
    alias: str
    table: Outcome
    refused_again: Outcome
    versions_refused_again: Versions
    alias_refused_again: str
    promoted_by_default: Outcome
    versions_by_default: Versions
    alias_by_default: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    workplace = Workplace(tmp_path_factory.mktemp("workplace"))
    client = MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])
    write_tweets(workplace.folder / "hard.csv", mislabelled=0.2, seed=1)
    write_tweets(workplace.folder / "easy.csv", mislabelled=0.0, seed=2)

    def train(*arguments: str, check: bool = True) -> Run:
        workplace.training("train", "baseline", "--data", *arguments, check=check)
        return newest_run(client)

    def promote(*arguments: str) -> tuple[Outcome, Versions, str]:
        outcome = workplace.training("promote", "baseline", *arguments, check=False)
        registered = client.search_registered_models()
        alias = registered[0].aliases["champion"] if registered else ""
        run_id = client.get_model_version("sentiment-baseline", alias).run_id if alias else ""
        return outcome, stored_versions(workplace), str(run_id)

    good = train("hard.csv", "--c", "10")
    # The words of praise and blame occur in fewer tweets than this.
    poor = train("hard.csv", "--c", "0.001", "--min-df", "60")
    easy = train("easy.csv")
    failed = train("easy.csv", "--min-df", "100000", check=False)
    killed = kill_a_training(workplace, client)
    hard_split = good.data.tags["validation_digest"][:12]
    refused, versions_refused, _ = promote("--split", hard_split)
    promoted, versions, alias = promote("--split", hard_split, *FORCE)
    metadata = stored_metadata(workplace)
    promoted_again, versions_again, _ = promote("--split", hard_split)
    table = workplace.training("runs")
    refused_again, versions_refused_again, alias_refused_again = promote()
    promoted_by_default, versions_by_default, alias_by_default = promote(*FORCE)
    return Story(
        workplace,
        client,
        good,
        poor,
        easy,
        failed,
        killed,
        refused,
        versions_refused,
        promoted,
        versions,
        promoted_again,
        versions_again,
        metadata,
        alias,
        table,
        refused_again,
        versions_refused_again,
        alias_refused_again,
        promoted_by_default,
        versions_by_default,
        alias_by_default,
    )


def kill_a_training(workplace: Workplace, client: MlflowClient) -> Run:
    with subprocess.Popen(
        [sys.executable, "-m", "training", "train", "baseline", "--data", "hard.csv"],
        cwd=workplace.folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        errors = ""
        while "epoch 1" not in errors:
            line = process.stderr.readline()
            assert line, f"the training ended before its first epoch: {errors}"
            errors += line
        process.kill()
    return newest_run(client)


def stored_versions(workplace: Workplace) -> Versions:
    folder = workplace.home / "models" / "sentiment-baseline"
    if not folder.exists():
        return ()
    latest = (folder / "latest").read_text().strip()
    others = sorted(path.name for path in folder.iterdir() if path.is_dir())
    return (latest, *(version for version in others if version != latest))


def stored_metadata(workplace: Workplace) -> dict[str, object]:
    shown = subprocess.run(
        [
            sys.executable,
            *["-m", "bentoml", "models", "get", "sentiment-baseline", "--output", "json"],
        ],
        env=workplace.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    metadata: dict[str, object] = json.loads(shown.stdout)["metadata"]
    return metadata


def rank(run: Run) -> tuple[float, float]:
    return run.data.metrics[METRIC], run.data.metrics["val_roc_auc"]


def test_the_better_run_of_the_split_is_promoted(story: Story) -> None:
    assert story.good.data.tags["validation_digest"] == story.poor.data.tags["validation_digest"]
    assert rank(story.good) > rank(story.poor)
    assert f"run {story.good.info.run_id[:8]} " in story.promoted.stdout
    assert f"is now the champion, version {story.versions[0]} in the store" in story.promoted.stdout
    assert len(story.versions) == 1
    assert story.alias == story.good.info.run_id


def test_an_easy_data_set_does_not_beat_a_hard_one(story: Story) -> None:
    assert story.easy.data.tags["validation_digest"] != story.good.data.tags["validation_digest"]
    assert rank(story.easy) > rank(story.good)
    assert story.alias != story.easy.info.run_id


def assert_refused(outcome: Outcome) -> None:
    assert outcome.returncode == 2
    (line,) = (line for line in outcome.stderr.splitlines() if line.startswith("error: "))
    assert line.startswith("error: the gate refuses the run: ")
    assert "correct, the floor is" in line or "confidently wrong, the most allowed is" in line
    assert "The former champion stays" in line
    assert "--force REASON" in line
    assert "Traceback" not in outcome.stderr


def test_the_gate_refuses_a_model_below_the_floors(story: Story) -> None:
    assert_refused(story.refused)
    assert story.versions_refused == ()
    assert_refused(story.refused_again)
    assert story.versions_refused_again == story.versions
    assert story.alias_refused_again == story.alias == story.good.info.run_id


def test_the_gate_prints_the_behaviour_of_both_models(story: Story) -> None:
    for outcome in (story.refused, story.promoted, story.refused_again):
        rows = {
            line.split()[0]: line.split()[1:]
            for line in outcome.stdout.splitlines()
            if line.split()
        }
        with_champion = outcome is story.refused_again
        for kind in KINDS:
            assert len(rows[kind]) == (5 if with_champion else 3)
        assert "ROC-AUC on common rows 0." in outcome.stdout
        assert ("the champion's 0." in outcome.stdout) is with_champion
        assert "reason to refuse: " in outcome.stdout


def test_the_reason_of_a_forced_promotion_is_kept(story: Story) -> None:
    assert story.metadata["forced"] == REASON
    tags = {
        version.run_id: version.tags
        for version in story.client.search_model_versions("name = 'sentiment-baseline'")
    }
    assert tags == {run.info.run_id: {"forced": REASON} for run in (story.good, story.easy)}


def test_promoting_twice_changes_nothing(story: Story) -> None:
    assert "already was the champion" in story.promoted_again.stdout
    assert story.versions_again == story.versions


def test_by_default_the_split_of_the_newest_finished_run_counts(story: Story) -> None:
    assert "is now the champion" in story.promoted_by_default.stdout
    assert story.alias_by_default == story.easy.info.run_id
    assert len(story.versions_by_default) == 2
    assert story.versions_by_default[0] not in story.versions


def test_the_store_keeps_run_digests_and_threshold_of_the_champion(story: Story) -> None:
    folder = story.workplace.home / "models" / "sentiment-baseline" / story.versions[0]
    metadata = story.metadata
    assert metadata["run_id"] == story.good.info.run_id
    assert metadata["data_digest"] == story.good.data.tags["data_digest"]
    assert metadata["validation_digest"] == story.good.data.tags["validation_digest"]
    assert metadata["checkpoint"] == "tfidf-logistic-regression"
    assert metadata["threshold"] == read_manifest(folder).decision.threshold
    assert metadata["threshold"] == float(story.good.data.params["decision_threshold"])


def test_a_model_with_other_scores_than_its_run_is_refused(story: Story) -> None:
    folder = story.workplace.home / "models" / "sentiment-baseline" / story.versions[0]
    recorded = recorded_scores(story.good)
    _check_scores(recorded, folder)
    with pytest.raises(PromotionError, match=r"differ by 0\.001 from the scores that its run"):
        _check_scores(recorded + np.float32(0.001), folder)


def test_a_run_that_did_not_finish_is_never_promoted(story: Story) -> None:
    assert story.failed.info.status == "FAILED"
    assert story.killed.info.status == "RUNNING"
    registered = {
        version.run_id for version in story.client.search_model_versions("name LIKE 'sentiment-%'")
    }
    assert registered == {story.good.info.run_id, story.easy.info.run_id}
    for run in (story.failed, story.killed):
        assert run.info.run_id[:8] not in story.table.stdout


def test_the_table_has_every_finished_run_and_a_star_at_the_champion(story: Story) -> None:
    row_of = {
        run.info.run_id: next(
            line for line in story.table.stdout.splitlines() if run.info.run_id[:8] in line
        )
        for run in (story.good, story.poor, story.easy)
    }
    starred = [run_id for run_id, row in row_of.items() if f"{run_id[:8]}*" in row]
    assert starred == [story.good.info.run_id]
    for run in (story.good, story.poor, story.easy):
        row = row_of[run.info.run_id]
        assert run.data.tags["validation_digest"][:8] in row
        assert f"{run.data.metrics[METRIC]:.3f}" in row
        assert f"{run.data.metrics['test_precision']:.3f}" in row


def test_a_run_keeps_its_parameters_tags_and_artifacts(story: Story) -> None:
    run = story.good
    artifacts = {artifact.path for artifact in story.client.list_artifacts(run.info.run_id)}
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


def test_a_run_keeps_the_versions_of_its_packages(story: Story, tmp_path: Path) -> None:
    run_id = story.good.info.run_id
    kept = Path(story.client.download_artifacts(run_id, "environment.json", str(tmp_path)))
    packages = json.loads(kept.read_text())["packages"]
    for name in ("scikit-learn", "mlflow", "numpy"):
        assert packages[name] == version(name)


def test_a_champion_is_evaluated_on_the_test_split_of_its_run(story: Story) -> None:
    shown = story.workplace.training("evaluate", "baseline", "--data", "easy.csv").stdout
    assert f"baseline {story.versions_by_default[0]} " in shown
    assert f"{story.easy.data.metrics['test_precision']:.3f}" in shown
    outcome = story.workplace.training("evaluate", "baseline", "--data", "hard.csv", check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert "was trained on other splits" in line


def copy_of(workplace: Workplace, folder: Path) -> Workplace:
    """The same stores, to be changed."""
    copy = Workplace(folder)
    shutil.copytree(workplace.home, copy.home)
    shutil.copy(workplace.folder / "mlflow.db", copy.folder)
    return copy


def test_a_named_run_is_promoted_instead_of_a_better_one(story: Story, tmp_path: Path) -> None:
    copy = copy_of(story.workplace, tmp_path)
    named = story.poor.info.run_id
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
    family: str, named: str, message: str, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", story.workplace.environment["MLFLOW_TRACKING_URI"])
    run = getattr(story, named, None)
    with pytest.raises(TrainingError, match=message):
        named_run(family, run.info.run_id[:12] if isinstance(run, Run) else named)


def test_a_network_that_onnx_runtime_cannot_run_is_one_error_line(workplace: Workplace) -> None:
    """ONNX Runtime has no bfloat16 product on the CPU: such a network cannot serve."""
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=4)
    words = (*PRAISE, *BLAME, *THINGS)
    vectors = [f"{word} {number / 10} {number % 3 - 1}" for number, word in enumerate(words)]
    (workplace.folder / "vectors.txt").write_text("\n".join(vectors) + "\n")
    workplace.training(
        *("train", "lstm", "--data", "tweets.csv", "--network", "text_cnn", "--epochs", "1"),
        *("--embedding", "vectors.txt", "--units", "4", "--batch-size", "200"),
    )
    (network,) = workplace.folder.glob("mlruns/**/network.onnx")
    bfloat16 = onnx.TensorProto.BFLOAT16
    ends = [onnx.helper.make_tensor_value_info(end, bfloat16, (2, 2)) for end in ("ids", "log")]
    product = onnx.helper.make_node("MatMul", ["ids", "ids"], ["log"])
    opset = onnx.helper.make_opsetid("", 17)
    graph = onnx.helper.make_graph([product], "network", ends[:1], ends[1:])
    onnx.save(onnx.helper.make_model(graph, ir_version=10, opset_imports=[opset]), network)
    manifest = network.parents[1] / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"]["network.onnx"] = hashlib.sha256(network.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content))

    outcome = workplace.training("promote", "lstm", check=False)
    assert outcome.returncode == 2
    (line,) = (line for line in outcome.stderr.splitlines() if line.startswith("error: "))
    assert (
        "the imported model (onnx) cannot be loaded: ONNX Runtime cannot run network.onnx" in line
    )
    assert "NOT_IMPLEMENTED" in line
    assert line.endswith("Train it again.")
    assert "Traceback" not in outcome.stderr
    assert not list(workplace.home.glob("models/sentiment-lstm/*"))


def test_a_changed_champion_is_refused_until_it_is_promoted_again(
    story: Story, tmp_path: Path
) -> None:
    copy = copy_of(story.workplace, tmp_path)
    manifest = copy.home / "models" / "sentiment-baseline" / story.versions_by_default[0]
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
    metric: str, split: str | None, message: str, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", story.workplace.environment["MLFLOW_TRACKING_URI"])
    with pytest.raises(PromotionError, match=message):
        best_run("baseline", metric, split)
