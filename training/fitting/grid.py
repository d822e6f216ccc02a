"""The grid: four classifiers by two kinds of features, compared by cross-validated precision.

All combinations use the same n-grams of one and two words. Only the winner is evaluated on held-out
tweets.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import mlflow
import numpy as np
import psutil
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

from models.arrays import FloatArray
from models.baseline.family import normalize_words
from models.examples import Examples
from models.reader_shares import positive_probability
from training.data.sources import Tweets
from training.data.splits import Splits
from training.evaluation.metrics import Interval, intervals
from training.fitting.fitted_model import calibrate
from training.fitting.grid_combinations import FOREST, Combination, combinations
from training.tracking.mlflow_runs import log_data, log_intervals, run_tags, tracked_run
from training.tracking.progress import TrackedProgress, console, tracked_progress

FOLDS = 3
SCORES = ("precision", "recall", "f1", "accuracy", "roc_auc")
FIT_SECONDS = "fit_seconds"
# If all trees agree, one class has a probability of 0, whose logarithm is not finite.
_LEAST_LOGARITHM = -20.0


@dataclass(frozen=True)
class CrossValidated:
    """A combination with the parameters of its highest mean precision.

    ``mean`` and ``sd``: mean and standard deviation of each of ``SCORES`` and of ``FIT_SECONDS``
    over the folds, with these parameters.
    """

    combination: Combination
    parameters: dict[str, float]
    mean: dict[str, float]
    sd: dict[str, float]


@dataclass(frozen=True)
class GridOutcome:
    """A finished grid; ``intervals`` are the winner's figures on test, ``peak_memory`` in GiB."""

    run_id: str
    compared: list[CrossValidated]
    winner: CrossValidated
    intervals: dict[str, Interval]
    seconds: float
    peak_memory: float


def run_grid(splits: Splits, source: str, seed: int, airline: Tweets | None = None) -> GridOutcome:
    """Cross-validate every combination on the training split, each as a nested MLflow run.

    The winner has the highest mean precision over the folds. It is fitted on the whole training
    split, calibrated on validation, and evaluated on test and on ``airline``. Its model is not
    kept: the baseline family trains the linear combinations.
    """
    tags = run_tags(source, splits)
    tried = combinations(seed)
    fits = sum(combination.candidates for combination in tried) * FOLDS + 1
    started = time.perf_counter()
    with tracked_run("grid", tags) as run_id, tracked_progress("grid") as progress:
        log_data(source, splits)
        mlflow.log_params({"folds": FOLDS, "seed": seed, "train_rows": len(splits.train)})
        mlflow.log_params({f"forest_{name}": value for name, value in FOREST.items()})
        fitted = _Counter(progress, fits)
        texts = list(map(normalize_words, splits.train.texts))
        compared = []
        for combination in tried:
            with tracked_run("grid", tags, nested=True):
                result = _cross_validate(combination, texts, splits.train.labels, seed, fitted)
            precision = f"precision {result.mean['precision']:.4f} ± {result.sd['precision']:.4f}"
            console.print(f"{combination.name}: {precision}", highlight=False)
            compared.append(result)
        winner = max(compared, key=lambda result: result.mean["precision"])
        pipeline = clone(winner.combination.pipeline).set_params(**winner.parameters)
        pipeline.fit(texts, splits.train.labels)
        fitted()
        mlflow.set_tag("winner", winner.combination.name)
        mlflow.log_params(winner.parameters)
        test = _evaluate(pipeline, splits, seed, airline)
        outcome = GridOutcome(
            run_id,
            compared,
            winner,
            test,
            seconds=time.perf_counter() - started,
            peak_memory=_peak_memory(),
        )
        mlflow.log_metrics(
            {"grid_seconds": outcome.seconds, "peak_memory_gib": outcome.peak_memory}
        )
    return outcome


def _peak_memory() -> float:
    """The largest memory of this process so far, in GiB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**30
    import resource

    # macOS counts bytes, Linux KiB.
    unit = 2**30 if sys.platform == "darwin" else 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


class _Counter:
    """Reports each fit to the progress bar."""

    def __init__(self, progress: TrackedProgress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __call__(self) -> None:
        self._done += 1
        self._progress.batch(0, self._done, self._total)


def _cross_validate(
    combination: Combination,
    texts: list[str],
    labels: NDArray[np.int8],
    seed: int,
    fitted: Callable[[], None],
) -> CrossValidated:
    """Cross-validate one combination and log it.

    Every candidate's means are logged as ``candidates.json``, the figures of the most precise
    candidate as metrics.
    """

    def score(pipeline: Pipeline, texts: list[str], labels: NDArray[np.int8]) -> dict[str, float]:
        log_odds = _log_odds(pipeline, texts)
        predicted = log_odds > 0
        fitted()
        return {
            "precision": float(precision_score(labels, predicted, zero_division=0)),
            "recall": float(recall_score(labels, predicted)),
            "f1": float(f1_score(labels, predicted)),
            "accuracy": float(accuracy_score(labels, predicted)),
            "roc_auc": float(roc_auc_score(labels, log_odds)),
        }

    search = GridSearchCV(
        combination.pipeline,
        combination.parameters,
        scoring=score,
        # Only the winner of all combinations is fitted again.
        refit=False,
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
        error_score="raise",
    ).fit(texts, labels)
    results = search.cv_results_
    best = int(np.argmax(results["mean_test_precision"]))
    columns = {name: f"test_{name}" for name in SCORES} | {FIT_SECONDS: "fit_time"}
    result = CrossValidated(
        combination,
        results["params"][best],
        {name: float(results[f"mean_{column}"][best]) for name, column in columns.items()},
        {name: float(results[f"std_{column}"][best]) for name, column in columns.items()},
    )
    mlflow.set_tags({"mlflow.runName": combination.name, "features": combination.features})
    mlflow.set_tag("classifier", combination.classifier)
    mlflow.log_params(result.parameters)
    mlflow.log_metrics({f"cv_{name}": value for name, value in result.mean.items()})
    mlflow.log_metrics({f"cv_{name}_sd": value for name, value in result.sd.items()})
    candidates = {name: results[f"mean_{column}"].tolist() for name, column in columns.items()} | {
        "parameters": results["params"]
    }
    mlflow.log_dict(candidates, "candidates.json")
    return result


def _log_odds(pipeline: Pipeline, texts: list[str]) -> FloatArray:
    """Log-odds of *positive*, shape (n,), float32; for a linear SVM the decision function."""
    if hasattr(pipeline, "decision_function"):
        return np.asarray(pipeline.decision_function(texts), dtype=np.float32)
    negative, positive = np.maximum(pipeline.predict_log_proba(texts), _LEAST_LOGARITHM).T
    return np.asarray(positive - negative, dtype=np.float32)


def _evaluate(
    pipeline: Pipeline, splits: Splits, seed: int, airline: Tweets | None
) -> dict[str, Interval]:
    """Log the figures on test and airline tweets. Returns the figures on test."""

    def logits(examples: Examples | Tweets) -> FloatArray:
        log_odds = _log_odds(pipeline, list(map(normalize_words, examples.texts)))
        return np.stack([np.zeros_like(log_odds), log_odds], axis=1)

    calibration, decision = calibrate(logits(splits.validation), splits.validation)

    def log_split(name: str, examples: Examples | Tweets) -> dict[str, Interval]:
        probabilities = positive_probability(calibration.shares(logits(examples)))
        figures = intervals(examples.labels, probabilities, decision, seed)
        log_intervals(name, figures)
        mlflow.log_metric(f"{name}_rows", len(examples))
        return figures

    if airline is not None:
        log_split("airline", airline)
    return log_split("test", splits.test)
