"""A model for a study, fitted without an MLflow run."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from models.family import Family
from training.data.splits import Splits
from training.fitting.fitted_model import FittedModel, calibrated_model, fit_classifier


class _SilentMonitor:
    """A ``Monitor`` that reports nothing."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


def fit_untracked(family: Family, splits: Splits, seed: int) -> FittedModel:
    """A model with the family's default options."""
    options, monitor, deciding = family.options(), _SilentMonitor(), splits.deciding
    with tempfile.TemporaryDirectory() as work:
        classifier = fit_classifier(
            family, splits.train, deciding, options, seed, monitor, Path(work)
        )
    return calibrated_model(family, classifier, deciding)
