"""8-bit integers for the champion, where they change nothing that matters."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from models.family import Quantizable
from models.folder import WEIGHTS, list_files, load_model, read_manifest
from models.registry import family_named
from training.dataset import EMBEDDED, load_splits
from training.splits import Splits

_CALIBRATION_TEXTS = 128
_JUDGED_TEXTS = 1000


@dataclass(frozen=True)
class Bounds:
    """The most that 8-bit integers may change."""

    difference: float = 0.02
    """99th percentile of the differences of probabilities from those of float32."""
    roc_auc_loss: float = 0.002


@dataclass(frozen=True)
class Quantization:
    """What 8-bit integers change on ``texts`` labelled tweets, and whether they serve."""

    texts: int
    difference: float
    roc_auc_loss: float
    serves: bool

    def __str__(self) -> str:
        served = "8-bit integers serve" if self.serves else "float32 serves"
        return (
            f"{served}: in 8 bits probabilities differ by {self.difference:.3f} (99th percentile "
            f"of {self.texts} tweets), ROC-AUC by {-self.roc_auc_loss:+.4f}"
        )


def embedded_splits() -> Splits:
    """Labelled tweets that are at hand wherever a model is promoted."""
    return load_splits(EMBEDDED, None, None, seed=7)


def quantize_within(
    bounds: Bounds, folder: Path, splits: Callable[[], Splits] = embedded_splits
) -> Quantization | None:
    """Add 8-bit weights to a model folder if they keep to the bounds; None if it has none to add.

    They are fitted to tweets of the training split and judged on those of the validation split,
    both by ONNX Runtime.
    """
    family = family_named(read_manifest(folder).family)
    if not isinstance(family, Quantizable):
        return None
    known = splits()
    texts = known.validation.texts[:_JUDGED_TEXTS]
    labels = known.validation.labels[:_JUDGED_TEXTS]
    _, scorer = load_model(folder, "onnx")
    exact = scorer.score(texts)
    added = family.quantize(folder / WEIGHTS, known.train.texts[:_CALIBRATION_TEXTS])
    list_files(folder)
    _, scorer = load_model(folder, "onnx")
    probabilities = scorer.score(texts)
    difference = float(np.percentile(np.abs(probabilities - exact), 99))
    loss = float(roc_auc_score(labels, exact) - roc_auc_score(labels, probabilities))
    serves = difference <= bounds.difference and loss <= bounds.roc_auc_loss
    if not serves:
        added.unlink()
        list_files(folder)
    return Quantization(len(texts), difference, loss, serves)
