"""8-bit weights for a champion, kept if the change of its scores lies within bounds."""

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
from models.artifacts.manifest import WEIGHTS, ModelFolderError, read_manifest, update_files
from models.family import Quantizable
from models.inference.onnx_session import NetworkError
from models.reader_shares import positive_probability
from models.registry import family_named
from training.data.selection import EMBEDDED, load_splits
from training.data.splits import Splits
from training.tracking.proof import proof_texts

_CALIBRATION_TEXTS = 128
_LABELLED_TEXTS = 1000
_LONG_TEXTS = 40
_TWEETS_IN_LONG = 8
# ONNX Runtime's quantizer raises the last two for a graph that it does not support.
_QUANTIZER_ERRORS = (NetworkError, ValueError, RuntimeError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """The largest changes from float32 with which 8-bit weights are served."""

    difference: float = 0.02
    """99th percentile, over texts, of the largest absolute difference of a share."""
    roc_auc_loss: float = 0.002
    """ROC-AUC in float32 - ROC-AUC in 8 bits."""


@dataclass(frozen=True)
class Quantization:
    """Changes from float32 to 8 bits, measured on ``texts`` texts, and whether 8 bits are served.

    ``difference`` and ``roc_auc_loss`` as in ``Bounds``; both NaN without a network in 8 bits.
    """

    texts: int
    difference: float
    roc_auc_loss: float
    serves: bool

    def __str__(self) -> str:
        if not isfinite(self.difference):
            return "float32 serves: the network was not quantized"
        served = "8-bit integers serve" if self.serves else "float32 serves"
        return (
            f"{served}: in 8 bits shares differ by {self.difference:.3f} (99th percentile "
            f"of {self.texts} texts), ROC-AUC by {-self.roc_auc_loss:+.4f}"
        )


def embedded_splits() -> Splits:
    """The embedded data set, which every machine has."""
    return load_splits(EMBEDDED, None, None, seed=7)


def quantize_within(
    bounds: Bounds, folder: Path, splits: Callable[[], Splits] = embedded_splits
) -> Quantization | None:
    """Add 8-bit weights to a model folder if they keep to the bounds.

    The weights are calibrated on training texts. ONNX Runtime scores validation texts, proof texts
    and long texts with and without them. Returns None if the family has no 8-bit weights.

    A network that cannot be quantized stays in float32, and a warning gives the reason. Exceptions
    that the quantizer does not document are raised.
    """
    family = family_named(read_manifest(folder).family)
    if not isinstance(family, Quantizable):
        return None
    data = splits()
    labelled = data.validation.texts[:_LABELLED_TEXTS]
    texts = [*labelled, *proof_texts(), *_long_texts(data.validation.texts)]
    exact = load_model(folder, "onnx")[1].score(texts)
    try:
        weights = family.quantize(folder / WEIGHTS, data.train.texts[:_CALIBRATION_TEXTS])
    except _QUANTIZER_ERRORS as error:
        logger.warning("the network cannot be quantized: %s", error, exc_info=True)
        weights = None
    if weights is None:
        return Quantization(len(texts), nan, nan, serves=False)
    update_files(folder)
    measured = _measure(exact, folder, texts, data.validation.labels[:_LABELLED_TEXTS], bounds)
    if not measured.serves:
        weights.unlink()
        update_files(folder)
    return measured


def _measure(
    exact: FloatArray, folder: Path, texts: list[str], labels: NDArray[np.int8], bounds: Bounds
) -> Quantization:
    """Compare the folder's scores with ``exact``, shape (n, 3).

    ``labels`` of the first m texts have shape (m,).
    """
    try:
        shares = load_model(folder, "onnx")[1].score(texts)
    except ModelFolderError as error:
        logger.warning("the quantized network cannot be run: %s", error)
        shares = np.full_like(exact, nan)
    if not np.isfinite(shares).all():
        return Quantization(len(texts), nan, nan, serves=False)
    difference = float(np.percentile(np.abs(shares - exact).max(axis=1), 99))
    before, after = (positive_probability(scored)[: len(labels)] for scored in (exact, shares))
    loss = float(roc_auc_score(labels, before) - roc_auc_score(labels, after))
    serves = difference <= bounds.difference and loss <= bounds.roc_auc_loss
    return Quantization(len(texts), difference, loss, serves)


def _long_texts(tweets: list[str]) -> list[str]:
    """Texts of up to 1,000 characters, whose many tokens widen the scale of the 8-bit values."""
    starts = range(0, min(len(tweets), _LONG_TEXTS * _TWEETS_IN_LONG), _TWEETS_IN_LONG)
    return [" ".join(tweets[start : start + _TWEETS_IN_LONG])[:1000] for start in starts]
