"""The first scores of a loaded model, which show that it works."""

from collections.abc import Sequence

import numpy as np

from models.artifacts.folder import CalibratedScorer
from models.artifacts.manifest import ModelFolderError
from models.text.language import is_foreign

# Texts of typical lengths and letters: each first use of a library or a kernel takes extra time.
_TEXTS = [
    "good",
    "the crew was lovely and we landed early " * 3,
    "late again " * 20,
    "sooo bad \u0441rew \U0001f621",
]
_SUM_TOLERANCE = 1e-3


def warm_up(scorer: CalibratedScorer, languages: Sequence[str]) -> None:
    """Score a few texts. Raises ``ModelFolderError`` if the scores are no shares of readers."""
    for text in _TEXTS:
        scorer.score([text])
        is_foreign(text, languages)
    scores = scorer.score(_TEXTS)
    total_one = np.abs(scores.sum(axis=1) - 1) <= _SUM_TOLERANCE
    sane = total_one & (scores >= 0).all(axis=1)
    if not sane.all():
        raise ModelFolderError(
            f"the model scores a text as {scores[np.argmin(sane)].tolist()}, which are no shares "
            "of readers: refusing the model"
        )
    if (scores == scores[0]).all():
        raise ModelFolderError(
            f"the model scores every text as {scores[0].tolist()}: refusing the model"
        )
