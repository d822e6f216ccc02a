"""A model that the gate judges: the candidate or the champion."""

from dataclasses import dataclass
from pathlib import Path

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import Manifest
from models.reader_shares import positive_probability


@dataclass(frozen=True)
class Contestant:
    """A model as a CPU serves it. ``shares``: its answers to the held-out texts, shape (n, 3)."""

    folder: Path
    manifest: Manifest
    scorer: CalibratedScorer
    shares: FloatArray

    @property
    def probabilities(self) -> FloatArray:
        """P(positive) of the held-out texts, shape (n,)."""
        return positive_probability(self.shares)

    def positive(self, texts: list[str]) -> FloatArray:
        """P(positive) of texts, shape (n,)."""
        return positive_probability(self.scorer.score(texts))


def load_contestant(folder: Path, texts: list[str]) -> Contestant:
    """Load the model in a folder and score the held-out texts."""
    manifest, scorer = load_model(folder, "onnx")
    return Contestant(folder, manifest, scorer, scorer.score(texts))
