"""The steps from examples to a calibrated model, shared by training, tuning and the studies."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer, save_model
from models.confidence.calibration import Calibration, fit_calibration
from models.confidence.decision import Decision, choose_decision
from models.confidence.promise import PROMISE, Promise
from models.drift.reference import Reference, fit_reference
from models.examples import Examples
from models.family import Classifier, Family, Monitor
from models.reader_shares import positive_probability
from training.data.splits import Splits
from training.errors import TrainingError


@dataclass(frozen=True)
class FittedModel:
    """A classifier with its calibration and its decision, which held-out examples determine."""

    family: str
    classifier: Classifier
    calibration: Calibration
    decision: Decision

    @property
    def scorer(self) -> CalibratedScorer:
        return CalibratedScorer(self.classifier, self.calibration)

    def reference(self, splits: Splits) -> Reference:
        """The reference of drift: words of the training split, histograms of held-out tweets."""
        traffic = splits.traffic.texts
        expected = positive_probability(self.scorer.score(traffic))
        return fit_reference(splits.train.texts, traffic, expected)

    def save(self, folder: Path, reference: Reference) -> None:
        save_model(folder, self.family, self.classifier, self.calibration, self.decision, reference)


def fit_classifier(
    family: Family,
    train: Examples,
    deciding: Examples,
    options: BaseModel,
    seed: int,
    monitor: Monitor,
    checkpoints: Path,
) -> Classifier:
    """Train a classifier; ``deciding`` examples stop the training.

    Raises ``TrainingError`` if the family refuses the options or the examples.
    """
    try:
        return family.fit(train, deciding, options, seed, monitor, checkpoints)
    except ValueError as error:
        raise TrainingError(
            f"{family.name} cannot be trained with these options: {error}"
        ) from error


def calibrate(
    logits: FloatArray, deciding: Examples, promise: Promise = PROMISE
) -> tuple[Calibration, Decision]:
    """Fit the calibration and choose the decision on the ``logits`` of examples, shape (n, k)."""
    calibration = fit_calibration(logits, deciding.targets)
    probabilities = positive_probability(calibration.shares(logits))
    return calibration, choose_decision(probabilities, deciding.labels, promise)


def calibrated_model(
    family: Family, classifier: Classifier, deciding: Examples, promise: Promise = PROMISE
) -> FittedModel:
    """The classifier, calibrated and decided on ``deciding`` examples."""
    calibration, decision = calibrate(classifier.logits(deciding.texts), deciding, promise)
    return FittedModel(family.name, classifier, calibration, decision)
