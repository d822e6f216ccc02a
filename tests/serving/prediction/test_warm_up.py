import numpy as np
import pytest

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import ModelFolderError
from models.confidence.calibration import Calibration
from models.family import Tokens
from serving.prediction.warm_up import warm_up


class Lengths:
    """A classifier of three classes whose logits are the lengths of the texts, scaled."""

    checkpoint = "lengths"

    def __init__(self, factor: float) -> None:
        self._factor = factor

    def tokenize(self, texts: list[str]) -> Tokens[int]:
        return Tokens([len(text) for text in texts], np.zeros(len(texts), np.float32))

    def score(self, tokens: Tokens[int]) -> FloatArray:
        lengths = np.array(tokens.inputs, np.float32)[:, np.newaxis]
        scaled: FloatArray = lengths * np.array([0, 0.001, 0.002], np.float32) * self._factor
        return scaled


def scorer(factor: float) -> CalibratedScorer:
    return CalibratedScorer(Lengths(factor), Calibration(1.0, (0.0, 0.0, 0.0)))  # type: ignore[arg-type]


def test_a_model_whose_scores_are_shares_passes() -> None:
    warm_up(scorer(1), ["en"])


def test_a_model_that_scores_nan_is_refused() -> None:
    with pytest.raises(ModelFolderError, match="no shares of readers"):
        warm_up(scorer(np.nan), ["en"])


def test_a_model_that_scores_every_text_alike_is_refused() -> None:
    with pytest.raises(ModelFolderError, match="scores every text as"):
        warm_up(scorer(0), ["en"])
