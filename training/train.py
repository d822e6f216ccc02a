"""Training of one model: fit, calibrate, judge, track."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import mlflow
from pydantic import BaseModel

from models.calibration import choose_decision, fit_calibration
from models.family import Family
from models.folder import load_model, save_model
from models.reference import fit_reference
from training.errors import TrainingError
from training.metrics import Interval, evaluate, intervals
from training.pictures import draw_confusion_matrix, draw_precision_recall
from training.progress import tracked_progress
from training.splits import Splits, digest
from training.tracking import log_model, tracked_run


@dataclass(frozen=True)
class Outcome:
    """What a training gave: its run, and its figures on the test split."""

    run_id: str
    checkpoint: str
    test: dict[str, float]
    intervals: dict[str, Interval]
    seconds: float


def train(family: Family, splits: Splits, source: str, options: BaseModel, seed: int) -> Outcome:
    """Train one model on the training split and track it.

    Calibration, threshold and band come from the validation split; the test split is read once,
    for the figures of the run, through the model as it was saved and loaded again.
    """
    tags = {
        "data": source,
        "data_digest": splits.digest,
        "validation_digest": digest(splits.validation),
        "test_digest": digest(splits.test),
    }
    with tracked_run(family.name, tags) as run_id, tempfile.TemporaryDirectory() as scratch:
        mlflow.log_params(
            {
                **options.model_dump(),
                "seed": seed,
                "train_rows": len(splits.train),
                "validation_rows": len(splits.validation),
                "test_rows": len(splits.test),
                "contradictions_dropped": splits.contradictions,
                "duplicates_dropped": splits.duplicates,
                "train_only_overlaps_dropped": splits.train_only_overlaps,
            }
        )
        started = time.perf_counter()
        with tracked_progress(family.name) as progress:
            try:
                classifier = family.fit(splits.train, splits.validation, options, seed, progress)
            except ValueError as error:
                raise TrainingError(f"{family.name} cannot be trained so: {error}") from error
        seconds = time.perf_counter() - started

        log_odds = classifier.log_odds(splits.validation.texts)
        labels = splits.validation.labels
        calibration = fit_calibration(log_odds, labels)
        calibrated = calibration.probability(log_odds)
        decision = choose_decision(calibrated, labels)
        reference = fit_reference(splits.train.texts, splits.validation.texts, calibrated)
        folder = Path(scratch) / "model"
        save_model(folder, family.name, classifier, calibration, decision, reference)

        manifest, scorer = load_model(folder)
        validation = evaluate(labels, scorer.score(splits.validation.texts), decision)
        probabilities = scorer.score(splits.test.texts)
        test = evaluate(splits.test.labels, probabilities, decision)
        spread = intervals(splits.test.labels, probabilities, decision, seed)
        mlflow.set_tag("checkpoint", manifest.checkpoint)
        mlflow.log_params({f"decision_{name}": value for name, value in vars(decision).items()})
        mlflow.log_metrics({f"val_{name}": value for name, value in validation.items()})
        mlflow.log_metrics({f"test_{name}": value for name, value in test.items()})
        for name, interval in spread.items():
            mlflow.log_metrics(
                {f"test_{name}_low": interval.low, f"test_{name}_high": interval.high}
            )
        mlflow.log_metric("training_seconds", seconds)
        mlflow.log_figure(
            draw_confusion_matrix(splits.test.labels, probabilities, decision),
            "confusion_matrix.png",
        )
        mlflow.log_figure(
            draw_precision_recall(splits.test.labels, probabilities), "precision_recall.png"
        )
        log_model(folder, scorer)
    return Outcome(run_id, manifest.checkpoint, test, spread, seconds)
