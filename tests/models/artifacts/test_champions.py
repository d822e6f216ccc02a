import shutil
from pathlib import Path

import numpy as np
import pytest

from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import WEIGHTS, update_files
from models.family import BACKENDS
from models.reader_shares import positive_probability
from models.registry import FAMILIES
from tests.support.models.networks import ignore_keras_numpy_warning
from tests.support.models.scores import spread
from tests.support.models.sentences import SENTENCES

pytestmark = ignore_keras_numpy_warning

TEXTS = [
    *SENTENCES,
    "So happy with @AirParadis, upgraded for free!! 🎉 #lucky",
    "Worst airline ever. My suitcase is in Rome, I am not.",
    "Gate B12, boarding at 8:30",
    "&lt;3 &lt;3 &lt;3 thank you 🙏🏽 see https://airparadis.com/crew",
    "nobody answers the phone and the chat is broken... " * 15,
]

Backends = tuple[CalibratedScorer, ...]


@pytest.fixture(scope="module", params=list(FAMILIES))
def backends(
    champions: dict[str, Path],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Backends:
    """A family's champion on each backend, in float32 also where it was quantized."""
    folder = tmp_path_factory.mktemp("champion") / "model"
    shutil.copytree(champions[request.param], folder)
    (folder / WEIGHTS / "network.int8.onnx").unlink(missing_ok=True)
    update_files(folder)
    return tuple(load_model(folder, backend)[1] for backend in BACKENDS)


def test_both_backends_give_the_same_scores(backends: Backends) -> None:
    native, onnx = (scorer.score(TEXTS) for scorer in backends)
    assert spread(positive_probability(native).tolist()) > 0.5
    np.testing.assert_allclose(native, onnx, atol=1e-4, rtol=0)


def test_scores_are_shares_of_readers_with_one_row_a_text(backends: Backends) -> None:
    for scorer in backends:
        scores = scorer.score(TEXTS)
        assert scores.shape == (len(TEXTS), 3)
        assert scores.dtype == np.float32
        assert ((scores > 0) & (scores < 1)).all()
        np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)


def test_other_texts_of_the_batch_do_not_change_a_score(backends: Backends) -> None:
    for scorer in backends:
        together = scorer.score(TEXTS)
        alone = np.concatenate([scorer.score([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=1e-3, rtol=0)


def test_scores_follow_the_order_of_the_texts(backends: Backends) -> None:
    for scorer in backends:
        backwards = scorer.score(TEXTS[::-1])[::-1]
        np.testing.assert_allclose(scorer.score(TEXTS), backwards, atol=1e-4, rtol=0)


def test_no_texts_give_no_scores(backends: Backends) -> None:
    for scorer in backends:
        assert scorer.score([]).shape == (0, 3)
