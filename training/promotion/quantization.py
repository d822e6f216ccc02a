"""8-bit integers for the champion, where they change nothing that matters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from models.arrays import FloatArray
from models.artifacts.folder import load_model
from models.artifacts.manifest import WEIGHTS, read_manifest, update_files
from models.family import Quantizable
from models.inference.onnx_session import NetworkError
from models.registry import family_named
from models.shares import positive_probability
from training.data.selection import EMBEDDED, load_splits
from training.data.splits import Splits
from training.tracking.proof import proof_texts

_CALIBRATION_TEXTS = 128
_JUDGED_TEXTS = 1000
_LONG_TEXTS = 40
_TWEETS_IN_LONG = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """The most that 8-bit integers may change."""

    difference: float = 0.02
    """99th percentile of a text's largest difference of a share from that in float32."""
    roc_auc_loss: float = 0.002


@dataclass(frozen=True)
class Quantization:
    """What 8-bit integers change on so many texts, and whether they serve.

    Both figures are nan where there is no network in 8 bits.
    """

    texts: int
    difference: float
    roc_auc_loss: float
    serves: bool

    def __str__(self) -> str:
        if not isfinite(self.difference):
            return "float32 serves: the network cannot be had in 8 bits"
        served = "8-bit integers serve" if self.serves else "float32 serves"
        return (
            f"{served}: in 8 bits shares differ by {self.difference:.3f} (99th percentile "
            f"of {self.texts} texts), ROC-AUC by {-self.roc_auc_loss:+.4f}"
        )


def embedded_splits() -> Splits:
    """Labelled tweets that are at hand wherever a model is promoted."""
    return load_splits(EMBEDDED, None, None, seed=7)


def quantize_within(
    bounds: Bounds, folder: Path, splits: Callable[[], Splits] = embedded_splits
) -> Quantization | None:
    """Add 8-bit weights to a model folder if they keep to the bounds; None if it has none to add.

    They are fitted to tweets of the training split and judged, by ONNX Runtime, on those of the
    validation split, on the proof texts and on long texts.
    """
    family = family_named(read_manifest(folder).family)
    if not isinstance(family, Quantizable):
        return None
    known = splits()
    labelled = known.validation.texts[:_JUDGED_TEXTS]
    texts = [*labelled, *proof_texts(), *_long_texts(known.validation.texts)]
    exact = load_model(folder, "onnx")[1].score(texts)
    try:
        added = family.quantize(folder / WEIGHTS, known.train.texts[:_CALIBRATION_TEXTS])
    except Exception:
        # Whatever the tools cannot quantize: it is as good in float32.
        logger.exception("the network cannot be quantized")
        added = None
    if added is None:
        return Quantization(len(texts), nan, nan, serves=False)
    update_files(folder)
    found = _judge(exact, folder, texts, known.validation.labels[:_JUDGED_TEXTS], bounds)
    if not found.serves:
        added.unlink()
        update_files(folder)
    return found


def _judge(
    exact: FloatArray, folder: Path, texts: list[str], labels: NDArray[np.int8], bounds: Bounds
) -> Quantization:
    """Set what the folder scores now beside ``exact``; ``labels`` are those of the first texts."""
    try:
        shares = load_model(folder, "onnx")[1].score(texts)
    except NetworkError:
        logger.exception("the quantized network cannot be run")
        shares = np.full_like(exact, nan)
    if not np.isfinite(shares).all():
        return Quantization(len(texts), nan, nan, serves=False)
    difference = float(np.percentile(np.abs(shares - exact).max(axis=1), 99))
    before, after = (positive_probability(found)[: len(labels)] for found in (exact, shares))
    loss = float(roc_auc_score(labels, before) - roc_auc_score(labels, after))
    serves = difference <= bounds.difference and loss <= bounds.roc_auc_loss
    return Quantization(len(texts), difference, loss, serves)


def _long_texts(tweets: list[str]) -> list[str]:
    """Texts of up to 1,000 characters: the more tokens in a call, the wider its scale."""
    starts = range(0, min(len(tweets), _LONG_TEXTS * _TWEETS_IN_LONG), _TWEETS_IN_LONG)
    return [" ".join(tweets[start : start + _TWEETS_IN_LONG])[:1000] for start in starts]
