"""Training of one model: fit, calibrate, save, evaluate, track."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mlflow
from pydantic import BaseModel

from models.artifacts.folder import load_model
from models.confidence.promise import PROMISE, Promise
from models.family import Family
from training.data.selection import DataSelection
from training.data.sources import Tweets
from training.data.splits import Splits
from training.evaluation.metrics import Interval
from training.fitting.distillation import Teacher, with_soft_labels
from training.fitting.fitted_model import calibrated_model, fit_classifier
from training.fitting.retraining import Retraining
from training.fitting.run_figures import (
    log_feedback_figures,
    log_run_figures,
    scoring_milliseconds,
)
from training.tracking.mlflow_runs import log_data, log_model, run_tags, tracked_run
from training.tracking.progress import tracked_progress
from training.tracking.recorded_training import SELECTION
from training.tracking.work_folder import work_folder


@dataclass(frozen=True)
class Outcome:
    """A finished training: its run, its figures on the test split, the seconds of the fit."""

    run_id: str
    checkpoint: str
    intervals: dict[str, Interval]
    seconds: float


def train(
    family: Family,
    splits: Splits,
    source: str,
    options: BaseModel,
    seed: int,
    *,
    airline: Tweets | None = None,
    teacher: Teacher | None = None,
    promise: Promise = PROMISE,
    selection: DataSelection | None = None,
    retraining: Retraining | None = None,
) -> Outcome:
    """Train one model on the training split and track it as an MLflow run.

    Calibration, threshold and band of doubt come from the validation split. The test split is
    scored once, by the model as it was saved and loaded again. ``airline`` is one more set for
    evaluation alone. ``source`` names the data set, and ``selection`` its options. ``retraining``
    adds feedback to the training split.

    An interrupted training keeps its checkpoints; the same call continues it in the same run.
    """
    with (
        work_folder(_identity(family, splits, options, seed, teacher, retraining)) as work,
        tracked_run(
            family.name, _tags(source, splits, selection, retraining), work.run_id
        ) as run_id,
        tempfile.TemporaryDirectory() as scratch,
    ):
        work.keep_run_id(run_id)
        log_data(source, splits)
        mlflow.log_params(_parameters(splits, options, seed, promise, teacher))
        examples = with_soft_labels(teacher, splits.train) if teacher else splits.train
        if retraining is not None:
            retraining.log()
            examples = retraining.feedback.added_to(examples, seed)
        with tracked_progress(family.name) as progress, work.timed():
            classifier = fit_classifier(
                family, examples, splits.deciding, options, seed, progress, work.checkpoints
            )
        model = calibrated_model(family, classifier, splits.deciding, promise)
        folder = Path(scratch) / "model"
        model.save(folder, model.reference(replace(splits, train=examples)))

        manifest, scorer = load_model(folder)
        decision = manifest.decision
        mlflow.set_tag("checkpoint", manifest.checkpoint)
        mlflow.log_params({f"decision_{name}": value for name, value in vars(decision).items()})
        test = log_run_figures(scorer, decision, splits, seed, airline)
        if retraining is not None:
            log_feedback_figures(retraining.feedback.test, scorer, decision)
        mlflow.log_metric("training_seconds", work.seconds)
        milliseconds = scoring_milliseconds(folder, splits.test.texts)
        mlflow.log_metric("scoring_milliseconds", milliseconds)
        log_model(folder, scorer)
        return Outcome(run_id, manifest.checkpoint, test, work.seconds)


def _tags(
    source: str,
    splits: Splits,
    selection: DataSelection | None,
    retraining: Retraining | None,
) -> dict[str, str]:
    """The tags of the MLflow run."""
    tags = run_tags(source, splits)
    if selection is not None:
        tags[SELECTION] = selection.absolute.model_dump_json(exclude_defaults=True)
    return tags if retraining is None else tags | retraining.tags


def _identity(
    family: Family,
    splits: Splits,
    options: BaseModel,
    seed: int,
    teacher: Teacher | None,
    retraining: Retraining | None,
) -> dict[str, Any]:
    """The values by which an interrupted training is found again."""
    identity = {
        "family": family.name,
        "options": options.model_dump(),
        "seed": seed,
        "data": splits.digest,
    }
    if teacher is not None:
        identity |= {"teacher": teacher.run.info.run_id, "share": teacher.weight}
    if retraining is not None:
        identity |= retraining.tags
    return identity


def _parameters(
    splits: Splits, options: BaseModel, seed: int, promise: Promise, teacher: Teacher | None
) -> dict[str, Any]:
    """The parameters of the MLflow run."""
    parameters = {
        **options.model_dump(),
        "seed": seed,
        "promised_precision": promise.precision,
        "least_precision": promise.least,
        "promised_share": promise.share,
        "train_rows": len(splits.train),
        "validation_rows": len(splits.validation),
        "test_rows": len(splits.test),
        "contradictions_dropped": splits.contradictions,
        "duplicates_dropped": splits.duplicates,
        "train_only_overlaps_dropped": splits.train_only_overlaps,
    }
    if teacher is not None:
        parameters |= {"teacher": teacher.run.info.run_id, "teacher_weight": teacher.weight}
    return parameters
