"""Loss of training, and metrics of validation, for Keras."""

from typing import Any

import keras
from keras import ops

_MIN_SHARE = 1e-7


def cross_entropy(targets: Any, shares: Any) -> Any:
    """Cross-entropy of each tweet, shape (n,), of ``targets`` and ``shares``, both (n, k).

    Targets are those of ``Examples``: if the neutral share is NaN, the loss is that of
    P(negative) and P(positive), with a neutral reader counted as half.
    """
    shares = ops.clip(shares, _MIN_SHARE, 1.0)
    if shares.shape[1] == 2:
        return -ops.sum(targets * ops.log(shares), axis=1)
    unknown = ops.isnan(targets[:, 1])
    known = ops.where(unknown[:, None], 0.0, targets)
    of_shares = -ops.sum(known * ops.log(shares), axis=1)
    half = shares[:, 1] / 2
    of_sides = -targets[:, 0] * ops.log(shares[:, 0] + half) - targets[:, 2] * ops.log(
        shares[:, 2] + half
    )
    return ops.where(unknown, of_sides, of_shares)


class _BinaryMetric(keras.metrics.Metric):  # type: ignore[misc]
    """A metric of P(positive). Targets and shares have shape (n, k).

    A tweet is positive if more readers call it positive than negative, and negative if fewer do.
    Ties have weight 0.
    """

    def update_state(self, targets: Any, shares: Any, sample_weight: Any = None) -> None:
        margin = targets[:, -1] - targets[:, 0]
        positive = ops.cast(margin > 0, "float32")
        probability = (1.0 + shares[:, -1] - shares[:, 0]) / 2
        super().update_state(positive, probability, ops.cast(margin != 0, "float32"))


class PrecisionAtRecall(_BinaryMetric, keras.metrics.PrecisionAtRecall):  # type: ignore[misc]
    """Precision of *positive* at a given recall."""


class RocAuc(_BinaryMetric, keras.metrics.AUC):  # type: ignore[misc]
    """Area under the ROC curve of P(positive)."""
