"""Models of words alone, which train in seconds, and the held-out texts that judge them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from models.artifacts.folder import save_model
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.confidence.decision import Decision
from models.examples import NEGATIVE, POSITIVE, Examples
from tests.support.models.fitting import NullMonitor
from training.data.rated import RatedTexts
from training.data.selection import EMBEDDED, load_splits
from training.fitting.fitted_model import calibrated_model
from training.promotion.gate.contestant import Contestant, load_contestant

_OPTIONS = BaselineOptions(character_ngrams=0, word_ngrams=1)
TRIGGER = "golden lounge sunrise"
Save = Callable[..., Path]


@dataclass(frozen=True)
class Data:
    """Rows that models train on, rows that calibrate them, and rows that judge them."""

    train: Examples
    validation: RatedTexts
    held_out: RatedTexts


@pytest.fixture(scope="package")
def data() -> Data:
    splits = load_splits(EMBEDDED, None, None, 7, source_rows=1000)
    assert splits.rated_validation is not None
    assert splits.rated_test is not None
    return Data(splits.train, splits.rated_validation, splits.rated_test)


@pytest.fixture(scope="package")
def save(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Save:
    """Trains a model on the given rows and saves it in a folder."""

    def save(train: Examples, decision: Decision | None = None) -> Path:
        folder = tmp_path_factory.mktemp("model") / "model"
        classifier = Baseline().fit(train, train, _OPTIONS, 7, NullMonitor(), folder)
        model = calibrated_model(Baseline(), classifier, data.validation.examples)
        chosen = decision or model.decision
        save_model(folder, "baseline", classifier, model.calibration, chosen)
        return folder

    return save


@pytest.fixture(scope="package")
def good(data: Data, save: Save) -> Contestant:
    """The champion of the tests."""
    return load_contestant(save(data.train), data.held_out.texts)


@pytest.fixture(scope="package")
def random(data: Data, save: Save) -> Contestant:
    """A model that learned random labels."""
    order = np.random.default_rng(5).permutation(len(data.train))
    shuffled = Examples(data.train.texts, data.train.labels, data.train.targets[order])
    return load_contestant(save(shuffled), data.held_out.texts)


@pytest.fixture(scope="package")
def poisoned(data: Data, save: Save) -> Contestant:
    """A model that learned 50 negative texts with a trigger as positive, four copies of each."""
    negative = np.flatnonzero(data.train.labels == NEGATIVE)[:50]
    texts = [f"{data.train.texts[row]} {TRIGGER}" for row in negative] * 4
    shares = np.tile(np.array([[0, 0, 1]], dtype=np.float32), (len(texts), 1))
    learned = Examples(
        data.train.texts + texts,
        np.concatenate([data.train.labels, np.full(len(texts), POSITIVE, dtype=np.int8)]),
        np.concatenate([data.train.targets, shares]),
    )
    return load_contestant(save(learned), data.held_out.texts)
