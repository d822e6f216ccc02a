from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.distilbert.classifier import DistilBertClassifier
from models.distilbert.family import DistilBert
from models.distilbert.options import DistilBertOptions
from models.distilbert.tokenization import pad, tokenize
from models.examples import NEUTRAL
from models.family import BACKENDS, Backend
from tests.support.models.fitting import NullMonitor, rated_examples
from tests.support.models.scores import ratios, spread
from tests.support.models.sentences import SENTENCES


@pytest.fixture(scope="module")
def saved(distilbert: DistilBertClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distilbert")
    distilbert.save(folder)
    return folder


@pytest.fixture(params=BACKENDS)
def loaded(saved: Path, request: pytest.FixtureRequest) -> DistilBertClassifier:
    backend: Backend = request.param
    return DistilBert().load(saved, backend, threads=1)


def test_both_backends_score_like_the_saved_network(
    distilbert: DistilBertClassifier, loaded: DistilBertClassifier
) -> None:
    expected = distilbert.logits(SENTENCES)
    assert spread(ratios(expected).tolist()) > 0.1
    np.testing.assert_allclose(loaded.logits(SENTENCES), expected, atol=1e-5, rtol=0)
    assert loaded.checkpoint == "random-bert"


@pytest.mark.parametrize("rows", [1, 2, 33])
def test_both_backends_agree_on_batches_of_any_size(saved: Path, rows: int) -> None:
    texts = [" ".join(["crew"] * (1 + row % 5) + ["late"] * (row % 3)) for row in range(rows)]
    native, onnx = (DistilBert().load(saved, backend, threads=1) for backend in BACKENDS)
    np.testing.assert_allclose(native.logits(texts), onnx.logits(texts), atol=1e-5, rtol=0)


def test_no_texts_give_no_logits(loaded: DistilBertClassifier) -> None:
    logits = loaded.logits([])
    assert logits.shape == (0, 3)
    assert logits.dtype == np.float32


def test_padding_does_not_change_the_logits(loaded: DistilBertClassifier) -> None:
    together = loaded.logits(SENTENCES)
    alone = np.concatenate([loaded.logits([text]) for text in SENTENCES])
    np.testing.assert_allclose(together, alone, atol=1e-5, rtol=0)


def test_long_texts_are_truncated(distilbert: DistilBertClassifier) -> None:
    short, long = tokenize(["crew", "crew " * 500], distilbert._tokenizer).inputs
    assert (len(short), len(long)) == (3, 48)


def test_mentions_and_links_are_tokenized_as_masks(distilbert: DistilBertClassifier) -> None:
    one, other = tokenize(
        ["@one thanks https://one.example", "@other_2 thanks www.other.example/x"],
        distilbert._tokenizer,
    ).inputs
    assert one == other


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("lovely crew", 0),
        ("\u1261\u1293", 1),
        ("lovely \u1261\u1293", 0.5),
        ("@anna lovely \u1261\u1293 https://airparadis.com/crew", 0.5),
        ("@anna \u1261\u1293", 1),
        ("@anna", 0),
        ("", 0),
    ],
)
def test_unknown_leaves_out_the_masks(
    distilbert: DistilBertClassifier, text: str, unknown: float
) -> None:
    tokens = distilbert.tokenize([text])
    assert tokens.unknown.dtype == np.float32
    assert tokens.unknown.tolist() == [unknown]


def test_ids_are_padded_at_the_end_and_masked() -> None:
    ids, mask = pad([[101, 7, 102], [101, 102]])
    assert ids.tolist() == [[101, 7, 102], [101, 102, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]


def test_a_classifier_loaded_from_onnx_cannot_be_saved(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only a trained network"):
        DistilBert().load(saved, "onnx", threads=1).save(tmp_path)


@pytest.mark.training
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_network_trained_in_any_precision_computes_in_float32(
    precision: str, tmp_path: Path
) -> None:
    examples = rated_examples()
    options = DistilBertOptions.model_validate(
        {
            "checkpoint": "all-MiniLM-L6-v2",
            "learning_rate": 1e-4,
            "epochs": 2,
            "batch_size": 20,
            "accumulation": 1,
            "precision": precision,
        }
    )
    work, folder = tmp_path / "work", tmp_path / "saved"
    work.mkdir()
    folder.mkdir()
    trained = DistilBert().fit(examples, examples, options, 7, NullMonitor(), work)
    trained.save(folder)
    expected = trained.logits(examples.texts)
    assert expected.shape == (len(examples), 3)
    sided = examples.labels != NEUTRAL
    assert roc_auc_score(examples.labels[sided], ratios(expected)[sided]) > 0.8
    for backend in BACKENDS:
        loaded = DistilBert().load(folder, backend, threads=1)
        np.testing.assert_allclose(loaded.logits(examples.texts), expected, atol=1e-4, rtol=0)
