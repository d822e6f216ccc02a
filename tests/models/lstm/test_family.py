from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from models.family import BACKENDS, Backend
from models.lstm.classifier import LstmClassifier
from models.lstm.family import Lstm
from models.lstm.network import NetworkName
from tests.support.models.networks import ignore_keras_numpy_warning, random_lstm
from tests.support.models.scores import ratios, spread

pytestmark = ignore_keras_numpy_warning

TEXTS = [
    "crew love",
    "not late, thank crew! @someone flight seat love",
    "hate bag late flight not love crew",
    "bag",
    "the of and",
    "qwxz love qwxz hate",
    "crew seat flight bag love hate not late thank " * 3,
]


@pytest.fixture(scope="module", params=get_args(NetworkName))
def random(request: pytest.FixtureRequest) -> LstmClassifier:
    return random_lstm(request.param)


@pytest.fixture(scope="module")
def saved(random: LstmClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lstm")
    random.save(folder)
    return folder


@pytest.fixture(params=BACKENDS)
def loaded(saved: Path, request: pytest.FixtureRequest) -> LstmClassifier:
    backend: Backend = request.param
    return Lstm().load(saved, backend, threads=1)


def test_both_backends_score_like_the_saved_network(
    random: LstmClassifier, loaded: LstmClassifier
) -> None:
    expected = random.logits(TEXTS)
    assert expected.shape == (len(TEXTS), 3)
    assert spread(ratios(expected).tolist()) > 0.03
    np.testing.assert_allclose(loaded.logits(TEXTS), expected, atol=1e-5, rtol=0)
    assert loaded.checkpoint == random.checkpoint


@pytest.mark.parametrize("length", [1, 2, 7, 24])
@pytest.mark.parametrize("rows", [1, 65])
def test_both_backends_agree_on_batches_of_any_shape(saved: Path, rows: int, length: int) -> None:
    generator = np.random.default_rng(rows * length)
    native, onnx = (Lstm().load(saved, backend, threads=1) for backend in BACKENDS)
    words = list(native._words)
    texts = [
        " ".join(generator.choice(words, generator.integers(1, length + 1))) for _ in range(rows)
    ]
    np.testing.assert_allclose(native.logits(texts), onnx.logits(texts), atol=1e-5, rtol=0)


def test_no_texts_give_no_logits(loaded: LstmClassifier) -> None:
    logits = loaded.logits([])
    assert logits.shape == (0, 3)
    assert logits.dtype == np.float32


def test_padding_does_not_change_the_logits(loaded: LstmClassifier) -> None:
    together = loaded.logits(TEXTS)
    alone = np.concatenate([loaded.logits([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5, rtol=0)


def test_the_order_of_words_matters(loaded: LstmClassifier) -> None:
    one, other = ratios(loaded.logits(["love not hate", "hate not love"]))
    assert abs(one - other) > 1e-3


def test_a_classifier_loaded_from_onnx_cannot_be_saved(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only a trained network"):
        Lstm().load(saved, "onnx", threads=1).save(tmp_path)


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_classes_have_two_logits(tmp_path: Path, backend: Backend) -> None:
    random = random_lstm("gru", classes=2)
    random.save(tmp_path)
    expected = random.logits(TEXTS)
    assert expected.shape == (len(TEXTS), 2)
    loaded = Lstm().load(tmp_path, backend, threads=1)
    np.testing.assert_allclose(loaded.logits(TEXTS), expected, atol=1e-5, rtol=0)


def test_unknown_is_the_share_of_words_outside_of_the_vocabulary(random: LstmClassifier) -> None:
    tokens = random.tokenize(["crew love", "qwxz love", "qwxz", ""])
    assert tokens.unknown.dtype == np.float32
    assert tokens.unknown.tolist() == [0, 0.5, 1, 1]
