"""The grid of the study: four classifiers by two kinds of features, cross-validated on precision.

All read the same n-grams of one and two words. Only the winner of all is judged on held-out tweets.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import mlflow
import numpy as np
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
from models.confidence.calibration import fit_calibration
from models.confidence.decision import choose_decision
from models.examples import Examples
from models.shares import positive_probability
from training.data.sources import Tweets
from training.data.splits import Splits, digest
from training.evaluation.metrics import Interval, evaluate, intervals
from training.fitting.grid_combinations import FOREST, Combination, combinations
from training.tracking.mlflow_runs import log_data, tracked_run
from training.tracking.progress import TrackedProgress, console, tracked_progress

FOLDS = 3
SCORES = ("precision", "recall", "f1", "accuracy", "roc_auc")
FIT_SECONDS = "fit_seconds"
# Trees that agree say 0, whose logarithm is not finite.
_LEAST_LOGARITHM = -20.0
Figures = tuple[dict[str, float], dict[str, Interval]]


@dataclass(frozen=True)
class CrossValidated:
    """A combination with the parameters of the best mean precision, and its figures there.

    ``mean`` and ``sd`` over the folds of ``SCORES`` and of ``FIT_SECONDS``.
    """

    combination: Combination
    parameters: dict[str, float]
    mean: dict[str, float]
    sd: dict[str, float]


@dataclass(frozen=True)
class GridOutcome:
    """``test`` and ``intervals`` are the winner's; ``peak_memory`` in GiB."""

    run_id: str
    compared: list[CrossValidated]
    winner: CrossValidated
    test: dict[str, float]
    intervals: dict[str, Interval]
    seconds: float
    peak_memory: float


def run_grid(
    splits: Splits, source: str, command: str, seed: int, airline: Tweets | None = None
) -> GridOutcome:
    """Cross-validate on the training split, a nested run each, and judge the winner once.

    The winner, by mean precision over the folds, is fitted on the whole training split, calibrated
    on validation and judged on test, and on ``airline`` where it is given. It is not kept: what is
    linear can be had from the baseline family.
    """
    tags = {
        "data": source,
        "data_digest": splits.digest,
        "validation_digest": splits.validation_digest,
        "test_digest": digest(splits.test),
        "command": command,
    }
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
                found = _cross_validate(combination, texts, splits.train.labels, seed, fitted)
            precision = f"precision {found.mean['precision']:.4f} ± {found.sd['precision']:.4f}"
            console.print(f"{combination.name}: {precision}", highlight=False)
            compared.append(found)
        winner = max(compared, key=lambda found: found.mean["precision"])
        pipeline = clone(winner.combination.pipeline).set_params(**winner.parameters)
        pipeline.fit(texts, splits.train.labels)
        fitted()
        mlflow.set_tag("winner", winner.combination.name)
        mlflow.log_params(winner.parameters)
        test, spread = _judge(pipeline, splits, seed, airline)
        outcome = GridOutcome(
            run_id,
            compared,
            winner,
            test,
            spread,
            seconds=time.perf_counter() - started,
            peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        )
        mlflow.log_metrics(
            {"grid_seconds": outcome.seconds, "peak_memory_gib": outcome.peak_memory}
        )
    return outcome


class _Counter:
    """Tells the progress of one more fit."""

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
    """Track every candidate's means, and the figures of the most precise one."""

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
    found = CrossValidated(
        combination,
        results["params"][best],
        {name: float(results[f"mean_{column}"][best]) for name, column in columns.items()},
        {name: float(results[f"std_{column}"][best]) for name, column in columns.items()},
    )
    mlflow.set_tags({"mlflow.runName": combination.name, "features": combination.features})
    mlflow.set_tag("classifier", combination.classifier)
    mlflow.log_params(found.parameters)
    mlflow.log_metrics({f"cv_{name}": value for name, value in found.mean.items()})
    mlflow.log_metrics({f"cv_{name}_sd": value for name, value in found.sd.items()})
    candidates = {name: results[f"mean_{column}"].tolist() for name, column in columns.items()} | {
        "parameters": results["params"]
    }
    mlflow.log_dict(candidates, "candidates.json")
    return found


def _log_odds(pipeline: Pipeline, texts: list[str]) -> FloatArray:
    """Of *positive*, shape (n,), float32; a linear SVM's decision function stands for them."""
    if hasattr(pipeline, "decision_function"):
        return np.asarray(pipeline.decision_function(texts), dtype=np.float32)
    negative, positive = np.maximum(pipeline.predict_log_proba(texts), _LEAST_LOGARITHM).T
    return np.asarray(positive - negative, dtype=np.float32)


def _judge(pipeline: Pipeline, splits: Splits, seed: int, airline: Tweets | None) -> Figures:
    """The figures on test and their intervals; airline's are tracked only."""

    def logits(judged: Examples | Tweets) -> FloatArray:
        log_odds = _log_odds(pipeline, list(map(normalize_words, judged.texts)))
        return np.stack([np.zeros_like(log_odds), log_odds], axis=1)

    validation = logits(splits.validation)
    calibration = fit_calibration(validation, splits.validation.targets)
    calibrated = positive_probability(calibration.shares(validation))
    decision = choose_decision(calibrated, splits.validation.labels)

    def figures(name: str, judged: Examples | Tweets) -> Figures:
        probabilities = positive_probability(calibration.shares(logits(judged)))
        found = evaluate(judged.labels, probabilities, decision)
        spread = intervals(judged.labels, probabilities, decision, seed)
        lows = {f"{figure}_low": interval.low for figure, interval in spread.items()}
        highs = {f"{figure}_high": interval.high for figure, interval in spread.items()}
        logged = {**found, **lows, **highs, "rows": len(judged)}
        mlflow.log_metrics({f"{name}_{figure}": value for figure, value in logged.items()})
        return found, spread

    if airline is not None:
        figures("airline", airline)
    return figures("test", splits.test)
