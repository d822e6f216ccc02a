"""Figures of a trained model on held-out texts, logged to its MLflow run."""

import time
from pathlib import Path

import mlflow
import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer, load_model
from models.confidence.decision import Decision
from models.examples import NEUTRAL, Examples
from models.reader_shares import positive_probability
from training.data.sources import Tweets
from training.data.splits import Splits
from training.evaluation.curves import precision_recall_points, reliability_points
from training.evaluation.metrics import Interval, evaluate, intervals
from training.evaluation.pictures import draw_confusion_matrix, draw_precision_recall
from training.evaluation.reader_metrics import evaluate_labels, evaluate_readers
from training.evaluation.slices import figures_by_slice, worst_errors
from training.tracking.mlflow_runs import ANALYSIS, log_figures, log_intervals

_TIMED_TEXTS = 256


def log_run_figures(
    scorer: CalibratedScorer,
    decision: Decision,
    splits: Splits,
    seed: int,
    airline: Tweets | None = None,
) -> dict[str, Interval]:
    """Log figures on validation, test, rated and airline texts. Returns the figures on test.

    The figures on test have bootstrap intervals, drawn by ``seed``.
    """
    validation, test = splits.validation, splits.test
    probabilities = positive_probability(scorer.score(validation.texts))
    log_figures("val", evaluate(validation.labels, probabilities, decision))
    probabilities = positive_probability(scorer.score(test.texts))
    test_figures = intervals(test.labels, probabilities, decision, seed)
    log_intervals("test", test_figures)
    rated = splits.rated_test
    if rated is not None:
        log_figures("rated", evaluate_readers(rated, scorer.score(rated.texts), decision))
    if airline is not None:
        _log_airline(airline, scorer, decision, seed)
    _log_analysis(test, probabilities, decision)
    return test_figures


def log_feedback_figures(test: Examples, scorer: CalibratedScorer, decision: Decision) -> None:
    """Log figures on the feedback test set (``feedback_test_…``), if it has both labels."""
    mlflow.log_metric("feedback_test_rows", len(test))
    if len(set(test.labels.tolist())) > 1:
        probabilities = positive_probability(scorer.score(test.texts))
        log_figures("feedback_test", evaluate(test.labels, probabilities, decision))


def _log_airline(airline: Tweets, scorer: CalibratedScorer, decision: Decision, seed: int) -> None:
    """Log figures with neutral tweets (``airline_readers_…``) and without (``airline_…``)."""
    shares = scorer.score(airline.texts)
    log_figures("airline_readers", evaluate_labels(airline.labels, shares, decision))
    labels = airline.sided().labels
    probabilities = positive_probability(shares)[airline.labels != NEUTRAL]
    log_intervals("airline", intervals(labels, probabilities, decision, seed))
    mlflow.log_metric("airline_rows", len(labels))


def _log_analysis(test: Examples, probabilities: FloatArray, decision: Decision) -> None:
    """Log slices, worst errors, curves and pictures of the test split, and no tweet."""
    texts, labels = test.texts, test.labels
    analysis = {
        "slices": figures_by_slice(texts, labels, probabilities, decision),
        "worst": worst_errors(texts, labels, probabilities),
        "precision_recall": precision_recall_points(labels, probabilities),
        "reliability": reliability_points(labels, probabilities),
    }
    mlflow.log_dict(analysis, ANALYSIS)
    confusion_matrix = draw_confusion_matrix(labels, probabilities, decision)
    mlflow.log_figure(confusion_matrix, "confusion_matrix.png")
    mlflow.log_figure(draw_precision_recall(labels, probabilities), "precision_recall.png")


def scoring_milliseconds(folder: Path, texts: list[str]) -> float:
    """Median milliseconds to score one text by ONNX Runtime on one thread, of 256 texts."""
    _, scorer = load_model(folder, "onnx", threads=1)
    times = []
    for text in texts[:_TIMED_TEXTS]:
        started = time.perf_counter()
        scorer.score([text])
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000
