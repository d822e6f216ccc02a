from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.distilbert.classifier import DistilBertClassifier
from models.distilbert.family import DistilBert
from models.distilbert.options import DistilBertOptions
from models.examples import Examples
from models.family import BACKENDS, Interrupted
from tests.support.models.fitting import NullMonitor, invented_examples
from tests.support.models.networks import random_transformer
from tests.support.models.scores import ratios, spread
from tests.support.models.sentences import SENTENCES

OPTIONS = DistilBertOptions(checkpoint="all-MiniLM-L6-v2", trained="head", epochs=8)


@pytest.fixture(scope="module")
def head() -> DistilBertClassifier:
    return random_transformer(head=True)


def test_both_backends_score_like_the_saved_network(
    head: DistilBertClassifier, tmp_path: Path
) -> None:
    head.save(tmp_path)
    expected = head.logits(SENTENCES)
    assert expected.shape == (len(SENTENCES), 3)
    assert spread(ratios(expected).tolist()) > 0.01
    for backend in BACKENDS:
        loaded = DistilBert().load(tmp_path, backend, threads=1)
        np.testing.assert_allclose(loaded.logits(SENTENCES), expected, atol=1e-5, rtol=0)
        assert loaded.checkpoint == "random-bert-head"


def test_padding_does_not_change_the_logits(head: DistilBertClassifier) -> None:
    together = head.logits(SENTENCES)
    alone = np.concatenate([head.logits([text]) for text in SENTENCES])
    np.testing.assert_allclose(together, alone, atol=1e-5, rtol=0)


def test_a_head_learns_shares_instead_of_the_labels(tmp_path: Path) -> None:
    examples = invented_examples()
    contradicting = Examples(examples.texts, examples.labels, 1 - examples.targets)
    inverted = Examples(examples.texts, (1 - examples.labels).astype(np.int8))
    classifier = DistilBert().fit(contradicting, inverted, OPTIONS, 7, NullMonitor(), tmp_path)
    assert classifier.checkpoint == "all-MiniLM-L6-v2-head"
    assert roc_auc_score(examples.labels, ratios(classifier.logits(examples.texts))) < 0.1


class _InterruptAfterOneBatch(NullMonitor):
    def batch(self, epoch: int, done: int, total: int) -> None:
        raise Interrupted


def test_embeddings_are_not_computed_again_after_an_interruption(tmp_path: Path) -> None:
    examples = invented_examples()
    with pytest.raises(Interrupted):
        DistilBert().fit(examples, examples, OPTIONS, 7, _InterruptAfterOneBatch(), tmp_path)
    kept = tmp_path / "train.npy"
    before = kept.read_bytes()
    assert np.abs(np.load(kept)).sum() > 0
    DistilBert().fit(examples, examples, OPTIONS, 7, NullMonitor(), tmp_path)
    assert kept.read_bytes() == before
