"""MLflow on PostgreSQL and an S3 store: a training is tracked, registered and promoted there."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from tests.support.champions import REPOSITORY, Workplace, champion_folder
from tests.support.invented_tweets import newest_run, write_tweets
from tests.support.object_store import ObjectStore
from tests.support.postgres import Postgres

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

TRAIN = ("train", "baseline", "--data", "tweets.csv")


@dataclass(frozen=True)
class TrackedWorkplace(Workplace):
    """A workplace whose runs go to PostgreSQL, and whose artifacts go to the S3 store."""

    tracking_uri: str
    store: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "MLFLOW_TRACKING_URI": self.tracking_uri,
            **self.store,
        }


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres.create(Path(folder) / "postgres")
        yield server
        server.stop()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    server = ObjectStore.create(tmp_path_factory.mktemp("store") / "server")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def tracked(
    postgres: Postgres, store: ObjectStore, tmp_path_factory: pytest.TempPathFactory
) -> TrackedWorkplace:
    workplace = TrackedWorkplace(
        tmp_path_factory.mktemp("workplace"), postgres.url, store.environment
    )
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=6)
    client = MlflowClient(postgres.url)
    client.create_experiment("tweet-sentiment", artifact_location=f"s3://{store.bucket}/runs")
    return workplace


@pytest.fixture(scope="module")
def promoted(tracked: TrackedWorkplace) -> Run:
    tracked.training(*TRAIN)
    tracked.training("promote", "baseline", "--force", "invented tweets teach no negation")
    return newest_run(MlflowClient(tracked.tracking_uri))


def test_artifacts_are_in_the_s3_store(promoted: Run, store: ObjectStore) -> None:
    keys = store.keys()
    assert any(key.endswith("weights.safetensors") for key in keys)
    assert f"runs/{promoted.info.run_id}/artifacts/analysis.json" in keys


def test_the_champion_is_registered_in_postgresql(promoted: Run, tracked: TrackedWorkplace) -> None:
    client = MlflowClient(tracked.tracking_uri)
    champion = client.get_model_version_by_alias("sentiment-baseline", "champion")
    assert champion.run_id == promoted.info.run_id
    stored = tracked.home / "models" / "sentiment-baseline"
    assert (stored / "latest").read_text().strip()


def test_a_release_takes_the_champion_from_the_registry(
    promoted: Run, tracked: TrackedWorkplace, tmp_path: Path
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "deploy.release.models", str(tmp_path)],
        cwd=tmp_path,
        env={
            **tracked.environment,
            "BENTOML_HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == "registry\n"
    assert champion_folder(tmp_path / "home", "baseline").is_dir()


def test_the_data_sets_of_a_run_are_tracked_without_tweets(promoted: Run) -> None:
    contexts = {
        tag.value: item.dataset
        for item in promoted.inputs.dataset_inputs
        for tag in item.tags
        if tag.key == "mlflow.data.context"
    }
    assert set(contexts) == {"train", "validation", "test"}
    assert {data.name for data in contexts.values()} == {"tweets.csv"}
    assert len({data.digest for data in contexts.values()}) == 3
    assert "of flight" not in str(promoted.inputs.to_dictionary())


def test_a_wrong_key_fails_the_run_and_registers_nothing(
    promoted: Run, tracked: TrackedWorkplace
) -> None:
    other = TrackedWorkplace(
        tracked.folder, tracked.tracking_uri, {**tracked.store, "AWS_SECRET_ACCESS_KEY": "wrong"}
    )
    outcome = other.training(*TRAIN, "--c", "3", check=False)
    assert outcome.returncode != 0
    client = MlflowClient(tracked.tracking_uri)
    failed = newest_run(client)
    assert failed.info.status == "FAILED"
    assert "model_uri" not in failed.data.tags
    (version,) = client.search_model_versions("name = 'sentiment-baseline'")
    assert version.run_id == promoted.info.run_id
