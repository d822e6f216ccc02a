"""Training of one model: fit, calibrate, judge, track."""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
from pydantic import BaseModel

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer, load_model, save_model
from models.confidence.calibration import fit_calibration
from models.confidence.decision import Decision, choose_decision
from models.confidence.promise import PROMISE, Promise
from models.drift.reference import fit_reference
from models.examples import NEUTRAL, Examples
from models.family import Family
from models.shares import positive_probability
from training.data.sources import Tweets
from training.data.splits import Splits, digest
from training.errors import TrainingError
from training.evaluation.curves import precision_recall_points, reliability_points
from training.evaluation.metrics import Interval, evaluate, intervals
from training.evaluation.pictures import draw_confusion_matrix, draw_precision_recall
from training.evaluation.reader_metrics import evaluate_labels, evaluate_readers
from training.evaluation.slices import figures_by_slice, worst_errors
from training.fitting.distillation import Teacher, taught
from training.tracking.mlflow_runs import ANALYSIS, log_data, log_model, tracked_run
from training.tracking.progress import tracked_progress
from training.tracking.work_folder import work_folder

_COST_TEXTS = 256


@dataclass(frozen=True)
class Outcome:
    """What a training gave: its run, and its figures on the test split."""

    run_id: str
    checkpoint: str
    validation: dict[str, float]
    test: dict[str, float]
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
) -> Outcome:
    """Train one model on the training split and track it.

    Calibration, threshold and the band that keeps the promise come from the validation split. The
    test split is read once, for the figures of the run, through the model as it was saved and
    loaded again. ``airline`` is one more set that it is judged on, and never trained with.

    Interrupted, it keeps its checkpoints; called again so, it goes on with them and the same run.
    """
    tags = {
        "data": source,
        "data_digest": splits.digest,
        "validation_digest": splits.validation_digest,
        "test_digest": digest(splits.test),
        "command": " ".join(["python -m training", *sys.argv[1:]]),
    }
    taught_by = {"teacher": teacher.run.info.run_id, "share": teacher.weight} if teacher else {}
    training = {
        "family": family.name,
        "options": options.model_dump(),
        "seed": seed,
        "data": splits.digest,
        **taught_by,
    }
    with (
        work_folder(training) as work,
        tracked_run(family.name, tags, work.run_id) as run_id,
        tempfile.TemporaryDirectory() as scratch,
    ):
        work.keep_run_id(run_id)
        log_data(source, splits)
        mlflow.log_params(
            {
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
        )
        examples = splits.train
        if teacher is not None:
            mlflow.log_params(
                {"teacher": teacher.run.info.run_id, "teacher_weight": teacher.weight}
            )
            examples = taught(teacher, examples)
        with tracked_progress(family.name) as progress, work.timed():
            try:
                classifier = family.fit(
                    examples, splits.deciding, options, seed, progress, work.checkpoints
                )
            except ValueError as error:
                raise TrainingError(f"{family.name} cannot be trained so: {error}") from error
        deciding = splits.deciding
        logits = classifier.logits(deciding.texts)
        calibration = fit_calibration(logits, deciding.targets)
        calibrated = positive_probability(calibration.shares(logits))
        decision = choose_decision(calibrated, deciding.labels, promise)
        traffic = splits.traffic.texts
        expected = positive_probability(calibration.shares(classifier.logits(traffic)))
        reference = fit_reference(splits.train.texts, traffic, expected)
        folder = Path(scratch) / "model"
        save_model(folder, family.name, classifier, calibration, decision, reference)

        manifest, scorer = load_model(folder)
        validation = _judge(splits.validation, scorer, decision)
        probabilities = positive_probability(scorer.score(splits.test.texts))
        test = evaluate(splits.test.labels, probabilities, decision)
        spread = intervals(splits.test.labels, probabilities, decision, seed)
        mlflow.set_tag("checkpoint", manifest.checkpoint)
        mlflow.log_params({f"decision_{name}": value for name, value in vars(decision).items()})
        mlflow.log_metrics({f"val_{name}": value for name, value in validation.items()})
        mlflow.log_metrics({f"test_{name}": value for name, value in test.items()})
        _log_intervals("test", spread)
        if splits.rated_test is not None:
            rated = splits.rated_test
            figures = evaluate_readers(rated, scorer.score(rated.texts), decision)
            mlflow.log_metrics({f"rated_{name}": value for name, value in figures.items()})
        if airline is not None:
            _judge_airline(airline, scorer, decision, seed)
        mlflow.log_metric("training_seconds", work.seconds)
        mlflow.log_metric("scoring_milliseconds", _milliseconds_a_tweet(folder, splits.test))
        mlflow.log_dict(_analysis(splits.test, probabilities, decision), ANALYSIS)
        mlflow.log_figure(
            draw_confusion_matrix(splits.test.labels, probabilities, decision),
            "confusion_matrix.png",
        )
        mlflow.log_figure(
            draw_precision_recall(splits.test.labels, probabilities), "precision_recall.png"
        )
        log_model(folder, scorer)
        seconds = work.seconds
    return Outcome(run_id, manifest.checkpoint, validation, test, spread, seconds)


def _judge(examples: Examples, scorer: CalibratedScorer, decision: Decision) -> dict[str, float]:
    probabilities = positive_probability(scorer.score(examples.texts))
    return evaluate(examples.labels, probabilities, decision)


def _judge_airline(
    airline: Tweets, scorer: CalibratedScorer, decision: Decision, seed: int
) -> None:
    """``airline`` has neutral rows, which count as mistakes of a confident answer."""
    shares = scorer.score(airline.texts)
    of_readers = evaluate_labels(airline.labels, shares, decision)
    mlflow.log_metrics({f"airline_readers_{name}": value for name, value in of_readers.items()})
    sided = airline.sided()
    probabilities = positive_probability(shares)[airline.labels != NEUTRAL]
    figures = evaluate(sided.labels, probabilities, decision)
    mlflow.log_metrics({f"airline_{name}": value for name, value in figures.items()})
    mlflow.log_metric("airline_rows", len(sided))
    _log_intervals("airline", intervals(sided.labels, probabilities, decision, seed))


def _log_intervals(split: str, spread: dict[str, Interval]) -> None:
    for name, interval in spread.items():
        mlflow.log_metrics(
            {f"{split}_{name}_low": interval.low, f"{split}_{name}_high": interval.high}
        )


def _milliseconds_a_tweet(folder: Path, test: Examples) -> float:
    """Median time of one tweet alone, as it is served on a CPU: ONNX Runtime on one thread."""
    _, scorer = load_model(folder, "onnx", threads=1)
    times = []
    for text in test.texts[:_COST_TEXTS]:
        started = time.perf_counter()
        scorer.score([text])
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000


def _analysis(test: Examples, probabilities: FloatArray, decision: Decision) -> dict[str, object]:
    """What is kept of the test split beside its figures: no tweet."""
    texts, labels = test.texts, test.labels
    return {
        "slices": figures_by_slice(texts, labels, probabilities, decision),
        "worst": worst_errors(texts, labels, probabilities),
        "precision_recall": precision_recall_points(labels, probabilities),
        "reliability": reliability_points(labels, probabilities),
    }
