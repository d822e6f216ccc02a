"""Training of the family's networks on invented sentences."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.arrays import FloatArray
from models.examples import NEGATIVE, NEUTRAL, POSITIVE, Examples
from models.family import BACKENDS, Interrupted
from models.lstm.classifier import LstmClassifier
from models.lstm.family import Lstm
from models.lstm.input_pipeline import EncodedExamples, pipeline
from models.lstm.network import NetworkName
from models.lstm.options import LstmOptions
from tests.support.models.fitting import NullMonitor, invented_examples, rated_examples
from tests.support.models.networks import ignore_keras_numpy_warning
from tests.support.models.scores import ratios

pytestmark = ignore_keras_numpy_warning

EXAMPLES = invented_examples()
RATED = rated_examples()
THOROUGH = {"units": 12, "batch_size": 8, "epochs": 40, "patience": 40, "learning_rate": 0.03}
OPPOSITE = replace(EXAMPLES, labels=(1 - EXAMPLES.labels).astype(np.int8))


class Recorder:
    """Records progress and metrics. Interrupts the training in the epoch ``interrupted``."""

    def __init__(self, interrupted: int | None = None) -> None:
        self.batches: list[tuple[int, int, int]] = []
        self.epochs: dict[int, dict[str, float]] = {}
        self._interrupted = interrupted

    def batch(self, epoch: int, done: int, total: int) -> None:
        if epoch == self._interrupted:
            raise Interrupted
        self.batches.append((epoch, done, total))

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        assert epoch not in self.epochs
        self.epochs[epoch] = dict(metrics)


@pytest.fixture(scope="module")
def vectors_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random vectors of eight dimensions for the words of the invented sentences."""
    path = tmp_path_factory.mktemp("vectors") / "invented.8d.txt"
    words = sorted({word for text in EXAMPLES.texts for word in text.split()})
    vectors = np.random.default_rng(3).normal(size=(len(words), 8)).round(4)
    lines = [
        " ".join([word, *map(str, values)]) for word, values in zip(words, vectors, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def options(vectors_file: Path) -> LstmOptions:
    """One step an epoch, so that the order of the tweets does not matter."""
    return LstmOptions(
        network="text_cnn",
        embedding=str(vectors_file),
        normalisation="words",
        units=6,
        dropout=0,
        learning_rate=0.02,
        epochs=4,
    )


def fit(
    options: LstmOptions,
    work: Path,
    train: Examples = EXAMPLES,
    validation: Examples = EXAMPLES,
    monitor: Any = None,
) -> LstmClassifier:
    return Lstm().fit(train, validation, options, 7, monitor or NullMonitor(), work)


def loss(classifier: LstmClassifier, examples: Examples) -> float:
    signs = 2.0 * examples.labels - 1
    log_odds = ratios(classifier.logits(examples.texts))
    return float(np.mean(np.log1p(np.exp(-signs * log_odds))))


@pytest.mark.parametrize("name", get_args(NetworkName))
def test_every_network_learns_and_is_loaded_by_both_backends(
    options: LstmOptions, tmp_path: Path, name: NetworkName
) -> None:
    chosen = options.model_copy(update={"network": name, **THOROUGH})
    work, saved = tmp_path / "work", tmp_path / "saved"
    work.mkdir()
    saved.mkdir()
    trained = fit(chosen, work, RATED, RATED)
    assert trained.checkpoint == f"{name.replace('_', '-')}-invented-8d"
    expected = trained.logits(RATED.texts)
    assert expected.shape == (len(RATED), 3)
    columns = np.array([NEGATIVE, NEUTRAL, POSITIVE])
    assert (columns[expected.argmax(axis=1)] == RATED.labels).mean() > 0.95
    trained.save(saved)
    for backend in BACKENDS:
        loaded = Lstm().load(saved, backend, threads=1)
        np.testing.assert_allclose(loaded.logits(RATED.texts), expected, atol=1e-5, rtol=0)


def test_shares_are_learned_instead_of_the_labels(options: LstmOptions, tmp_path: Path) -> None:
    positive: FloatArray = np.where(EXAMPLES.labels == 1, 0.2, 0.9).astype(np.float32)
    chosen = options.model_copy(update=THOROUGH)
    train = replace(EXAMPLES, shares=np.stack([1 - positive, positive], axis=1))
    logits = fit(chosen, tmp_path, train, OPPOSITE).logits(EXAMPLES.texts)
    assert logits.shape == (len(EXAMPLES), 2)
    assert roc_auc_score(OPPOSITE.labels, ratios(logits)) > 0.95


def test_rows_of_unknown_neutral_share_are_learned(options: LstmOptions, tmp_path: Path) -> None:
    sides = EXAMPLES.targets * 0.8 + 0.1
    unknown = np.full(len(EXAMPLES), np.nan, dtype=np.float32)
    train = replace(EXAMPLES, shares=np.stack([sides[:, 0], unknown, sides[:, 1]], axis=1))
    recorder = Recorder()
    logits = fit(
        options.model_copy(update={**THOROUGH, "epochs": 15}), tmp_path, train, train, recorder
    ).logits(EXAMPLES.texts)
    assert logits.shape == (len(EXAMPLES), 3)
    assert np.isfinite([*recorder.epochs[0].values()]).all()
    assert roc_auc_score(EXAMPLES.labels, ratios(logits)) > 0.95


@pytest.mark.parametrize("tuned", [False, True])
def test_word_vectors_change_only_if_they_are_tuned(
    options: LstmOptions, tmp_path: Path, vectors_file: Path, tuned: bool
) -> None:
    trained = fit(options.model_copy(update={"tuned": tuned}), tmp_path)
    assert trained._network is not None
    (vectors,) = trained._network.get_layer("word_vectors").get_weights()
    lines = [line.split() for line in vectors_file.read_text().splitlines()]
    before = np.array([values for _, *values in lines], dtype=np.float32)
    before *= 0.3 / np.sqrt(np.mean(np.square(before), axis=1, keepdims=True))
    after = vectors[[trained._words[word] for word, *_ in lines]]
    assert bool(np.abs(after - before).max() > 1e-3) is tuned
    assert not vectors[0].any()


def test_a_linear_schedule_ends_at_zero(options: LstmOptions, tmp_path: Path) -> None:
    recorder = Recorder()
    fit(options.model_copy(update={"schedule": "linear"}), tmp_path, monitor=recorder)
    rates = [metrics["learning_rate"] for _, metrics in sorted(recorder.epochs.items())]
    assert rates == pytest.approx([0.015, 0.01, 0.005, 0], abs=1e-6)


@pytest.mark.parametrize("schedule", ["plateau", "linear"])
def test_a_resumed_training_equals_an_uninterrupted_one(
    options: LstmOptions, tmp_path: Path, schedule: str
) -> None:
    options = options.model_copy(update={"schedule": schedule})
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    uninterrupted, first, second = Recorder(), Recorder(interrupted=2), Recorder()
    expected = fit(options, whole, monitor=uninterrupted)
    with pytest.raises(Interrupted):
        fit(options, parts, monitor=first)
    found = fit(options, parts, monitor=second)
    assert (list(first.epochs), list(second.epochs)) == ([0, 1], [2, 3])
    for epoch, metrics in (first.epochs | second.epochs).items():
        assert metrics == pytest.approx(uninterrupted.epochs[epoch], abs=1e-4)
    np.testing.assert_allclose(
        found.logits(EXAMPLES.texts), expected.logits(EXAMPLES.texts), atol=1e-3
    )


def test_the_best_epoch_survives_an_interruption(options: LstmOptions, tmp_path: Path) -> None:
    # Validation has the opposite labels, so that the first epoch is the best.
    first, second = Recorder(interrupted=2), Recorder()
    with pytest.raises(Interrupted):
        fit(options, tmp_path, validation=OPPOSITE, monitor=first)
    classifier = fit(options, tmp_path, validation=OPPOSITE, monitor=second)
    metrics_by_epoch = first.epochs | second.epochs
    best = min(metrics_by_epoch, key=lambda epoch: metrics_by_epoch[epoch]["val_loss"])
    assert best in first.epochs
    assert loss(classifier, OPPOSITE) == pytest.approx(metrics_by_epoch[best]["val_loss"], abs=1e-4)
    assert not list(tmp_path.iterdir())


def test_training_ends_when_validation_no_longer_improves(
    options: LstmOptions, tmp_path: Path
) -> None:
    recorder = Recorder()
    chosen = options.model_copy(update={"patience": 2, "epochs": 40})
    fit(chosen, tmp_path, validation=OPPOSITE, monitor=recorder)
    assert len(recorder.epochs) < 20


def test_the_monitor_receives_every_step(options: LstmOptions, tmp_path: Path) -> None:
    recorder = Recorder()
    texts = [" ".join(["crew"] * length) for length in (1, 2, 5, 6, 6, 30)]
    examples = Examples(texts, np.array([1, 0, 1, 0, 1, 0], dtype=np.int8))
    chosen = options.model_copy(update={"batch_size": 2, "epochs": 2})
    fit(chosen, tmp_path, examples, examples, recorder)
    assert recorder.batches == [(epoch, done, 4) for epoch in (0, 1) for done in (1, 2, 3, 4)]
    assert {"loss", "val_loss", "val_roc_auc"} < recorder.epochs[0].keys()


def test_a_network_trained_in_bfloat16_computes_in_float32(
    options: LstmOptions, tmp_path: Path
) -> None:
    expected = ratios(fit(options, tmp_path).logits(EXAMPLES.texts))
    trained = fit(options.model_copy(update={"precision": "bfloat16"}), tmp_path)
    assert trained._network is not None
    assert {layer.compute_dtype for layer in trained._network.layers} == {"float32"}
    log_odds = ratios(trained.logits(EXAMPLES.texts))
    assert np.corrcoef(log_odds, expected)[0, 1] > 0.9
    assert np.abs(log_odds - expected).max() > 1e-3


def test_a_batch_is_padded_to_its_longest_tweet(options: LstmOptions) -> None:
    lengths = [1, 3, 6, 7, 7, 40, 64]
    ids = [[number] * length for number, length in enumerate(lengths, start=2)]
    positive = np.linspace(0, 1, len(ids)).astype(np.float32)
    examples = EncodedExamples(ids, np.stack([1 - positive, positive], axis=1))
    batches = list(pipeline(examples, options, seed=7))
    shapes = sorted(tuple(batch.shape) for batch, _ in batches)
    assert shapes == [(1, 40), (1, 64), (2, 3), (3, 7)]
    rows = {
        int(row[0]): (int(np.count_nonzero(row)), target.tolist())
        for batch, targets in batches
        for row, target in zip(batch.numpy(), targets.numpy(), strict=True)
    }
    assert rows == {
        row[0]: (len(row), target)
        for row, target in zip(ids, examples.targets.tolist(), strict=True)
    }
