from pathlib import Path

import numpy as np
import pytest

from models.family import BACKENDS, Backend
from models.lstm import Lstm, LstmClassifier, encode, pad
from tests.models.conftest import keras_of_old_numpy, spread

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


@pytest.fixture(scope="module")
def saved(lstm: LstmClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lstm")
    lstm.save(folder)
    return folder


@pytest.fixture(params=BACKENDS)
def loaded(saved: Path, request: pytest.FixtureRequest) -> LstmClassifier:
    backend: Backend = request.param
    return Lstm().load(saved, backend, threads=1)


def test_both_backends_answer_as_what_was_saved(
    lstm: LstmClassifier, loaded: LstmClassifier
) -> None:
    expected = lstm.log_odds(TEXTS)
    assert spread(expected.tolist()) > 0.1
    np.testing.assert_allclose(loaded.log_odds(TEXTS), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("length", [1, 7, 24])
@pytest.mark.parametrize("rows", [1, 65])
def test_backends_agree_on_batches_of_any_shape(saved: Path, rows: int, length: int) -> None:
    generator = np.random.default_rng(rows * length)
    words = list(Lstm().load(saved, "onnx", threads=1)._words)
    texts = [
        " ".join(generator.choice(words, generator.integers(1, length + 1))) for _ in range(rows)
    ]
    native, onnx = (Lstm().load(saved, backend, threads=1) for backend in BACKENDS)
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


def test_words_become_their_rows_and_strangers_one_of_their_own() -> None:
    words = {"crew": 2, "lovely": 3, "user": 4, "url": 5}
    ids = encode("@Someone the CREW is lovely, qwxz https://x.example", words, max_tokens=9)
    assert ids == [4, 2, 3, 1, 5]
    assert encode("crew lovely crew lovely", words, max_tokens=3) == [2, 3, 2]


@pytest.mark.parametrize("text", ["", "   ", "the of and", "... ,;"])
def test_a_text_with_nothing_left_is_one_unknown_word(text: str) -> None:
    assert encode(text, {"crew": 2}, max_tokens=9) == [1]


def test_padding_stands_at_the_end() -> None:
    assert pad([[5], [2, 3, 4]]).tolist() == [[5, 0, 0], [2, 3, 4]]


def test_what_was_loaded_from_onnx_cannot_be_saved_again(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only a trained network"):
        Lstm().load(saved, "onnx", threads=1).save(tmp_path)
