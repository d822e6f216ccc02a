"""Stopping, schedule and best weights of the training of transformers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from models.distilbert.checkpoints import resolve_checkpoint
from models.distilbert.classifier import DistilBertClassifier
from models.distilbert.family import DistilBert
from models.distilbert.objectives import cross_entropy, validation_metrics
from models.distilbert.options import DistilBertOptions
from models.examples import Examples
from tests.support.models.fitting import NullMonitor, rated_examples

RATED = rated_examples()
assert RATED.shares is not None
# The loss on the one grows while the other is learned.
OPPOSITE = replace(RATED, shares=RATED.shares[:, ::-1].copy())


class Recorder(NullMonitor):
    """Records the loss of every evaluation."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        self.losses.append(metrics["val_loss"])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of a small transformer with random weights."""
    folder = tmp_path_factory.mktemp("checkpoint")
    source, _ = resolve_checkpoint("all-MiniLM-L6-v2")
    tokenizer = AutoTokenizer.from_pretrained(source)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def fit(
    checkpoint: Path, work: Path, validation: Examples, train: Examples = RATED, **options: Any
) -> tuple[DistilBertClassifier, list[float]]:
    """The classifier, and the validation loss of every evaluation."""
    chosen = DistilBertOptions(
        checkpoint=str(checkpoint), batch_size=20, accumulation=1, precision="float32", **options
    )
    recorder = Recorder()
    trained = DistilBert().fit(train, validation, chosen, 7, recorder, work)
    return trained, recorder.losses


def loss(classifier: DistilBertClassifier, examples: Examples) -> float:
    logits = torch.from_numpy(classifier.logits(examples.texts))
    return float(cross_entropy({"logits": logits}, torch.from_numpy(examples.targets)))


@pytest.mark.parametrize(("trained", "epochs"), [("all", 5), ("head", 60)])
def test_the_weights_of_the_least_validation_loss_are_kept(
    checkpoint: Path, tmp_path: Path, trained: str, epochs: int
) -> None:
    classifier, losses = fit(
        checkpoint,
        tmp_path,
        OPPOSITE,
        trained=trained,
        epochs=epochs,
        learning_rate=2e-3,
        stopping_patience=epochs,
    )
    assert min(losses) < losses[-1] - 0.01
    assert loss(classifier, OPPOSITE) == pytest.approx(min(losses), abs=1e-4)


@pytest.mark.parametrize("trained", ["all", "head"])
def test_training_stops_when_the_validation_loss_no_longer_falls(
    checkpoint: Path, tmp_path: Path, trained: str
) -> None:
    _, losses = fit(
        checkpoint,
        tmp_path,
        OPPOSITE,
        trained=trained,
        epochs=60,
        learning_rate=5e-3,
        stopping_patience=2,
    )
    assert len(losses) < 40


@pytest.mark.parametrize(("validation", "lowered"), [(RATED, False), (OPPOSITE, True)])
def test_the_rate_is_lowered_only_when_the_validation_loss_stops_falling(
    checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    validation: Examples,
    lowered: bool,
) -> None:
    rates: list[float] = []

    class RateRecorder(torch.optim.lr_scheduler.ReduceLROnPlateau):
        def step(self, *arguments: Any) -> None:
            super().step(*arguments)
            rates.append(float(self.get_last_lr()[0]))

    monkeypatch.setattr("transformers.optimization.ReduceLROnPlateau", RateRecorder)
    _, losses = fit(
        checkpoint,
        tmp_path,
        validation,
        schedule="plateau",
        plateau_patience=0,
        plateau_factor=0.5,
        learning_rate=2e-3,
        epochs=3,
    )
    assert (losses == sorted(losses, reverse=True)) is not lowered
    assert (rates[-1] < 2e-3) is lowered


@pytest.mark.parametrize("trained", ["all", "head"])
def test_rows_of_unknown_neutral_share_are_learned(
    checkpoint: Path, tmp_path: Path, trained: str
) -> None:
    shares = RATED.targets.copy()
    shares[:, [0, 2]] += shares[:, 1:2] / 2
    shares[:, 1] = np.nan
    unknown = replace(RATED, shares=shares)
    classifier, losses = fit(
        checkpoint, tmp_path, unknown, unknown, trained=trained, epochs=4, learning_rate=2e-3
    )
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert classifier.logits(RATED.texts).shape == (len(RATED), 3)


def test_validation_metrics_leave_out_ties() -> None:
    shares = np.array(
        [(0.1, 0.2, 0.7), (0.6, 0.3, 0.1), (0.2, 0.6, 0.2), (0.2, 0.3, 0.5), (0.5, np.nan, 0.5)],
        dtype=np.float32,
    )
    # The third and the fifth are ties, which the logits rank wrongly.
    logits = np.array([(0, 5, 2), (0, 5, 1), (9, 0, 0), (0, 0, 0.5), (0, 0, 9)], dtype=np.float32)
    figures = validation_metrics((logits, shares))
    assert figures["roc_auc"] == pytest.approx(1 / 2)
    assert figures["precision_at_recall_80"] == pytest.approx(2 / 3)
