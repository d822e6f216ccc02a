"""A retraining without an MLflow run, judged by the gate.

Sixty retrainings by ``python -m training retrain`` would start sixty programs, read the data sixty
times, and log sixty runs with all figures. A trial calls the same functions for the same model and
the same verdict: it checks the labels, applies the caps, fits, calibrates and judges.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from demonstrations.feedback_loop.workplace import FAMILY
from models.registry import family_named
from training.commands.champions import champion_of
from training.feedback.caps import FeedbackOptions
from training.feedback.rows import check_labels, load_feedback
from training.fitting.fitted_model import calibrated_model, fit_classifier
from training.promotion.gate.evidence import FeedbackEvidence
from training.promotion.gate.verdict import Trained, Verdict, judge
from training.tracking.mlflow_runs import connect
from training.tracking.recorded_training import recorded_training


class _SilentMonitor:
    """A ``Monitor`` that reports nothing."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


class Trial:
    """The champion's data and options, for trials with several feedback databases.

    The environment names the model store and the tracking store, as for every training command.
    """

    def __init__(self) -> None:
        self._family = family_named(FAMILY)
        self._champion = champion_of(FAMILY)
        self._trained = recorded_training(connect(), self._family, self._champion.run_id)
        self._splits = self._trained.load_splits()

    def run(self, database: Path) -> Verdict:
        """Retrain from a SQLite file of feedback, and judge the challenger."""
        url, until, seed = f"sqlite:///{database}", datetime.now(UTC), self._trained.seed
        check_labels(url, self._splits.train, until, seed)
        feedback = load_feedback(url, self._splits, FeedbackOptions(), until, seed)
        examples = feedback.added_to(self._splits.train, seed)
        deciding = self._splits.deciding
        with tempfile.TemporaryDirectory() as scratch:
            classifier = fit_classifier(
                self._family,
                examples,
                deciding,
                self._trained.options,
                seed,
                _SilentMonitor(),
                Path(scratch),
            )
            model = calibrated_model(self._family, classifier, deciding, self._trained.promise)
            folder = Path(scratch) / "model"
            model.save(folder, model.reference(replace(self._splits, train=examples)))
            return judge(
                FAMILY,
                Trained(folder, "challenger", seed),
                Trained(self._champion.folder, self._champion.run_id, seed),
                FeedbackEvidence(feedback.summary, feedback.test),
            )
