"""Distillation: the shares that a teacher predicts for the training texts, as soft labels."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from mlflow.entities import Run
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.downloads import cache_folder
from models.examples import Examples
from models.resumable_array import fill_array
from training.data.splits import Splits, digest
from training.errors import TrainingError
from training.tracking.artifacts import model_folder
from training.tracking.mlflow_runs import connect
from training.tracking.progress import tracked_progress
from training.tracking.run_search import run_by_prefix

_CHUNK = 1024


@dataclass(frozen=True)
class Teacher:
    """A finished run whose model predicts the soft labels, and their weight, in [0, 1]."""

    run: Run
    weight: float


def find_teacher(run_id: str, weight: float, splits: Splits) -> Teacher:
    """The teacher whose run id begins with ``run_id``.

    Raises ``TrainingError`` unless the teacher held out the same rows. A teacher that was trained
    on the student's test rows would leak the labels of these rows.
    """
    run = run_by_prefix(connect(), run_id)
    if "model_uri" not in run.data.tags:
        raise TrainingError(f"the run {run_id} kept no model: it cannot be a teacher")
    digests = {"validation": splits.validation_digest, "test": digest(splits.test)}
    for name, expected in digests.items():
        if run.data.tags[f"{name}_digest"] != expected:
            raise TrainingError(
                f"the teacher held out other {name} rows: give both the same --data and --seed"
            )
    return Teacher(run, weight)


def with_soft_labels(teacher: Teacher, train: Examples) -> Examples:
    """The examples with targets ``weight * teacher's shares + (1 - weight) * own targets``.

    The loss of Hinton, Vinyals & Dean (2015) at temperature 1: the weighted sum of the cross
    entropies with both targets is the cross entropy with their weighted mean. The teacher's neutral
    share replaces an unknown neutral share, and the two sides divide the rest.
    """
    soft = _teacher_shares(teacher.run, train)
    own: NDArray[np.floating] = train.targets
    if own.shape[1] == 2:
        soft = np.asarray(soft[:, [0, 2]] + soft[:, 1:2] / 2, np.float32)
    else:
        unknown = np.isnan(own[:, 1])
        neutral = np.where(unknown, soft[:, 1], own[:, 1])
        sides = np.where(unknown, 1 - neutral, 1.0)
        own = np.stack([own[:, 0] * sides, neutral, own[:, 2] * sides], axis=1)
    shares = teacher.weight * soft + (1 - teacher.weight) * own
    return replace(train, shares=shares.astype(np.float32))


def _teacher_shares(run: Run, train: Examples) -> FloatArray:
    """Calibrated shares of readers, shape (n, 3), cached for later students of the teacher."""
    import torch

    from models.distilbert.arithmetic import trains_in_bfloat16

    folder = cache_folder() / "soft_labels"
    folder.mkdir(parents=True, exist_ok=True)
    _, scorer = load_model(model_folder(connect(), run), "native", torch.get_num_threads())
    device = "cuda" if torch.cuda.is_available() else "cpu"

    def score(rows: NDArray[np.intp]) -> FloatArray:
        with torch.autocast(device, torch.bfloat16, enabled=trains_in_bfloat16("auto")):
            return scorer.score([train.texts[row] for row in rows])

    # Sorted by length: the texts of a chunk are padded to nearly the same length.
    order = np.argsort([len(text) for text in train.texts], kind="stable")
    chunks = [order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK)]
    name = f"{run.info.run_id}-{digest(train)[:16]}.npy"
    with tracked_progress("teacher") as progress:
        report = partial(progress.batch, 0)
        return fill_array(folder / name, (len(train), 3), chunks, score, report)
