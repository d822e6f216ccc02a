import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from models.family import BACKENDS, Backend
from models.lstm import Lstm, LstmClassifier
from models.lstm_network import NetworkName
from tests.models.conftest import keras_of_old_numpy, random_lstm, spread

pytestmark = keras_of_old_numpy

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


def test_both_backends_answer_as_what_was_saved(
    random: LstmClassifier, loaded: LstmClassifier
) -> None:
    expected = random.log_odds(TEXTS)
    assert spread(expected.tolist()) > 0.03
    np.testing.assert_allclose(loaded.log_odds(TEXTS), expected, atol=1e-5, rtol=0)
    assert loaded.checkpoint == random.checkpoint


@pytest.mark.parametrize("length", [1, 2, 7, 24])
@pytest.mark.parametrize("rows", [1, 65])
def test_backends_agree_on_batches_of_any_shape(saved: Path, rows: int, length: int) -> None:
    generator = np.random.default_rng(rows * length)
    native, onnx = (Lstm().load(saved, backend, threads=1) for backend in BACKENDS)
    words = list(native._words)
    texts = [
        " ".join(generator.choice(words, generator.integers(1, length + 1))) for _ in range(rows)
    ]
    np.testing.assert_allclose(native.log_odds(texts), onnx.log_odds(texts), atol=1e-5, rtol=0)


def test_no_text_gives_no_score(loaded: LstmClassifier) -> None:
    scores = loaded.log_odds([])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_padding_changes_no_score(loaded: LstmClassifier) -> None:
    together = loaded.log_odds(TEXTS)
    alone = [float(loaded.log_odds([text])[0]) for text in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-5, rtol=0)


def test_the_order_of_words_matters(loaded: LstmClassifier) -> None:
    one, other = loaded.log_odds(["love not hate", "hate not love"])
    assert abs(one - other) > 1e-3


def test_what_was_loaded_from_onnx_cannot_be_saved_again(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only a trained network"):
        Lstm().load(saved, "onnx", threads=1).save(tmp_path)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_model_saved_before_there_was_a_choice_of_networks_is_a_bilstm(
    lstm: LstmClassifier, tmp_path: Path, backend: Backend
) -> None:
    lstm.save(tmp_path)
    path = tmp_path / "architecture.json"
    architecture = json.loads(path.read_text())
    for key in ("network", "checkpoint", "normalisation", "tuned"):
        del architecture[key]
    path.write_text(json.dumps(architecture))
    loaded = Lstm().load(tmp_path, backend, threads=1)
    assert loaded.checkpoint == "bilstm-spacy-md-300d"
    np.testing.assert_allclose(loaded.log_odds(TEXTS), lstm.log_odds(TEXTS), atol=1e-5, rtol=0)
