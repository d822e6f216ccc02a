"""Five trainings in one workplace, of which two fail, and their promotions.

The gate refuses models of a few invented words: their promotions are forced.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from tests.support.champions import REPOSITORY, Workplace
from tests.support.invented_tweets import newest_run, write_tweets

METRIC = "val_precision_at_recall_80"
REASON = "a model of invented tweets"
FORCE = ("--force", REASON)
Outcome = subprocess.CompletedProcess[str]
Versions = tuple[str, ...]


@dataclass(frozen=True)
class RunHistory:
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


def train_and_promote(folder: Path) -> RunHistory:
    """Train five runs in a workplace in ``folder``, of which two fail, and promote them."""
    workplace = Workplace(folder)
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
    return RunHistory(
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


def copy_of(workplace: Workplace, folder: Path) -> Workplace:
    """The same stores, to be changed."""
    copy = Workplace(folder)
    shutil.copytree(workplace.home, copy.home)
    shutil.copy(workplace.folder / "mlflow.db", copy.folder)
    return copy
