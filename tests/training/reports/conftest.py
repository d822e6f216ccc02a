"""A model of the embedded tweets and its reference of drift."""

import pytest

from models.artifacts.folder import CalibratedScorer
from models.baseline.family import Baseline
from models.drift.reference import Reference
from training.data.selection import EMBEDDED, load_sided_splits
from training.data.splits import Splits
from training.fitting.untracked import fit_untracked


@pytest.fixture(scope="package")
def splits() -> Splits:
    return load_sided_splits(EMBEDDED, None, None, 7)


@pytest.fixture(scope="package")
def model(splits: Splits) -> tuple[CalibratedScorer, Reference]:
    fitted = fit_untracked(Baseline(), splits, 7)
    return fitted.scorer, fitted.reference(splits)


def shouted(texts: list[str]) -> list[str]:
    """Tweets of another kind: longer, with unknown words, hashtags and emojis."""
    return [f"#FAIL #{text.upper()} {text[::-1]} \U0001f621\U0001f621\U0001f621" for text in texts]
