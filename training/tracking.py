"""What MLflow keeps of a training: one run a model, and the registry of champions."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.models import infer_signature

from models.folder import CalibratedScorer
from models.scorer import FloatArray
from training.proof import proof_texts

EXPERIMENT = "tweet-sentiment"
CHAMPION = "champion"
_REPOSITORY = Path(__file__).parents[1]
_PROOF = "proof.json"
_MODEL_PACKAGES = (
    "emoji",
    "numpy",
    "onnxruntime",
    "pydantic",
    "safetensors",
    "scikit-learn",
    "simplemma",
    "tensorflow",
    "tokenizers",
    "torch",
    "transformers",
    "wordninja",
)
_EXAMPLE = ["The crew was lovely, thank you!", "Two hours late and nobody tells us why."]


def connect() -> MlflowClient:
    """Use ``MLFLOW_TRACKING_URI``, else a SQLite file in the working folder."""
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db"))
    mlflow.set_experiment(EXPERIMENT)
    return MlflowClient()


@contextmanager
def tracked_run(family: str, tags: dict[str, str]) -> Iterator[str]:
    """A run that ends FINISHED, or FAILED where the block raises. Yields its id."""
    connect()
    with mlflow.start_run(run_name=family, tags={"family": family, **tags}) as run:
        mlflow.log_dict(_environment(), "environment.json")
        yield run.info.run_id


def log_model(folder: Path, scorer: CalibratedScorer) -> None:
    """Log a model folder as the run's model, loaded by code of ours instead of a pickle."""
    frame = pd.DataFrame({"text": _EXAMPLE})
    logged = mlflow.pyfunc.log_model(
        name="model",
        data_path=str(folder),
        loader_module="models.mlflow_flavor",
        code_paths=[str(_REPOSITORY / "models")],
        signature=infer_signature(frame, scorer.score(_EXAMPLE)),
        input_example=frame,
        pip_requirements=[f"{package}=={version(package)}" for package in _MODEL_PACKAGES],
    )
    mlflow.log_dict({"scores": scorer.score(proof_texts()).tolist()}, _PROOF)
    mlflow.set_tag("model_uri", logged.model_uri)


def recorded_scores(run: Run) -> FloatArray:
    """What the run's model scored for ``proof_texts`` when it was trained, shape (200,)."""
    proof = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/{_PROOF}")
    return np.array(proof["scores"], dtype=np.float32)


def finished_runs(client: MlflowClient, family: str | None = None) -> list[Run]:
    """Finished runs with a model, the newest first."""
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return []
    wanted = "attributes.status = 'FINISHED'"
    if family:
        wanted += f" and tags.family = '{family}'"
    runs = client.search_runs([experiment.experiment_id], wanted, max_results=1000)
    return [run for run in runs if "model_uri" in run.data.tags]


def register_champion(client: MlflowClient, family: str, run: Run) -> str:
    """Give the run's model the champion's alias; it is registered once. Returns its version."""
    name = f"sentiment-{family}"
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    versions = client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
    registered = (
        versions[0]
        if versions
        else client.create_model_version(name, run.data.tags["model_uri"], run_id=run.info.run_id)
    )
    client.set_registered_model_alias(name, CHAMPION, registered.version)
    return str(registered.version)


def _environment() -> dict[str, Any]:
    packages = {found.metadata["Name"]: found.version for found in distributions()}
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "packages": dict(sorted(packages.items())),
    }
