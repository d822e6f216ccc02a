"""Loader of a model folder for MLflow: ``loader_module`` of the pyfunc flavour, without pickle."""

from pathlib import Path
from typing import TYPE_CHECKING

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer, load_model
from models.reader_shares import positive_probability

if TYPE_CHECKING:
    import pandas as pd


class TweetModel:
    """A pyfunc model. Its ``predict`` takes a frame with a column ``text``."""

    def __init__(self, scorer: CalibratedScorer) -> None:
        self._scorer = scorer

    def predict(self, frame: "pd.DataFrame") -> FloatArray:
        """P(positive) of each row, shape (n,), float32."""
        return positive_probability(self._scorer.score(frame["text"].tolist()))


def _load_pyfunc(data_path: str) -> TweetModel:
    _, scorer = load_model(Path(data_path))
    return TweetModel(scorer)
