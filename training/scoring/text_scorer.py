"""A champion that scores chunks of texts in this process."""

from collections.abc import Sequence
from pathlib import Path

from models.answers import answer
from models.artifacts.folder import load_model
from models.family import Backend
from training.scoring.scored_texts import ScoredTexts


class TextScorer:
    """The model in a folder, by default on ONNX Runtime as in the service on a CPU.

    The answers depend on nothing but the texts of a call and their order. 8-bit products of the
    transformer family scale with all texts of a batch, so that equal texts in other calls may get
    other answers, by about 0.001.
    """

    def __init__(self, folder: Path, threads: int = 1, backend: Backend = "onnx") -> None:
        self._manifest, self._scorer = load_model(folder, backend, threads)

    def score(self, texts: Sequence[str]) -> ScoredTexts:
        """The answers to trimmed texts of 1 to 1,000 characters, in their order."""
        return ScoredTexts.from_answers(
            answer(self._scorer, self._manifest, texts) if texts else []
        )
