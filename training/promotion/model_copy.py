"""A copy of a run's model, proven by the run's recorded scores, to be stored."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Run

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError
from models.family import BACKENDS
from training.errors import PromotionError
from training.promotion.quantization import Bounds, Quantization, quantize_within
from training.tracking.artifacts import model_folder
from training.tracking.proof import proof_texts, recorded_scores

_TOLERANCE = 1e-4


@dataclass(frozen=True)
class ModelCopy:
    """A model folder, and the measurement of its 8-bit weights."""

    folder: Path
    quantization: Quantization | None


def copy_of_model(client: MlflowClient, run: Run, scratch: Path, bounds: Bounds) -> ModelCopy:
    """Copy a run's model into ``scratch``, and add 8-bit weights that keep to ``bounds``.

    Raises ``PromotionError`` unless the copy reproduces the scores that the run recorded.
    """
    folder = Path(shutil.copytree(model_folder(client, run), scratch / "model"))
    check_scores(recorded_scores(run), folder)
    return ModelCopy(folder, quantize_within(bounds, folder))


def run_metadata(run: Run, quantization: Quantization | None) -> dict[str, Any]:
    """The run's values that the model store keeps beside the model."""
    tags = run.data.tags
    kept = ("data", "data_digest", "validation_digest", "test_digest")
    return {
        "run_id": run.info.run_id,
        **{name: tags[name] for name in kept},
        "metrics": {name: round(value, 6) for name, value in run.data.metrics.items()},
        **({"int8": asdict(quantization)} if quantization else {}),
    }


def check_scores(recorded: FloatArray, folder: Path) -> None:
    """Raise ``PromotionError`` unless every backend reproduces the recorded scores."""
    for backend in BACKENDS:
        try:
            _, scorer = load_model(folder, backend)
        except ModelFolderError as error:
            raise PromotionError(
                f"the imported model ({backend}) cannot be loaded: {error}. It was not promoted. "
                "Train it again."
            ) from error
        difference = float(np.abs(recorded - scorer.score(proof_texts())).max())
        if not difference <= _TOLERANCE:
            raise PromotionError(
                f"the scores of the imported model ({backend}) differ by {difference:.2g} from "
                "the scores that its run recorded: it was not promoted. Train it again."
            )
