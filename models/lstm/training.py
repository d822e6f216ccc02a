"""Training of a network of word ids by Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from models.arrays import FloatArray
from models.family import Monitor
from models.lstm.options import LstmOptions

# Tweets of a batch are all shorter than one of these, and none is shorter than the one before.
_BOUNDARIES = (5, 9, 13, 17, 21, 25, 33, 49)
_LEAST_SHARE = 1e-7
_DECIDING = "val_loss"


@dataclass(frozen=True)
class EncodedExamples:
    """Word ids of each tweet, not padded, and shares to be learned, shape (n, k), float32."""

    ids: Sequence[Sequence[int]]
    targets: FloatArray


def dtype_policy(precision: str) -> str:
    """Keras's policy; ``auto`` is bfloat16 where all GPUs compute in it (from Ampere on)."""
    if precision == "auto":
        gpus = tf.config.list_physical_devices("GPU")
        details = map(tf.config.experimental.get_device_details, gpus)
        capable = all(found.get("compute_capability", (0, 0)) >= (8, 0) for found in details)
        precision = "bfloat16" if gpus and capable else "float32"
    return "mixed_bfloat16" if precision == "bfloat16" else "float32"


def train_network(
    network: keras.Model,
    train: EncodedExamples,
    validation: EncodedExamples,
    options: LstmOptions,
    seed: int,
    monitor: Monitor,
    work: Path,
) -> None:
    """Leave in ``network`` the weights of the epoch of the least validation loss.

    After an interruption it goes on from the last epoch that ended: its weights, Adam's state and
    learning rate, and the best weights so far come back from ``work``. What does not come back is
    how many epochs had gone without progress: both patiences begin anew, and the plateau's also
    forgets its lowest loss. The order of the tweets begins anew with the seed.
    """
    batches, held_out = pipeline(train, options, seed), pipeline(validation, options, seed=None)
    linear = options.schedule == "linear"
    network.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.PolynomialDecay(
                options.learning_rate, int(batches.cardinality()) * options.epochs, 0.0
            )
            if linear
            else options.learning_rate
        ),
        loss=cross_entropy,
        metrics=[PrecisionAtRecall(0.80, name="precision_at_recall_80"), RocAuc(name="roc_auc")],
        jit_compile=False,
    )
    # Its state can only be restored into variables that exist.
    network.optimizer.build(network.trainable_variables)
    best = work / "best.weights.h5"
    reached = _reached(network, best, held_out) if best.exists() else None
    network.fit(
        batches,
        validation_data=held_out,
        epochs=options.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[
            keras.callbacks.ModelCheckpoint(
                best,
                monitor=_DECIDING,
                mode="min",
                save_best_only=True,
                save_weights_only=True,
                initial_value_threshold=reached,
            ),
            keras.callbacks.EarlyStopping(
                monitor=_DECIDING, mode="min", patience=options.patience, baseline=reached
            ),
            *(() if linear else (_halve_on_plateau(),)),
            # After the plateau's turn, so that a lowered rate is kept.
            keras.callbacks.BackupAndRestore(work / "last_epoch"),
            _Monitoring(monitor, int(batches.cardinality())),
        ],
    )
    network.load_weights(best)
    best.unlink()


def pipeline(examples: EncodedExamples, options: LstmOptions, seed: int | None) -> tf.data.Dataset:
    """Batches of ids, shape (n, t), int32, and targets, (n, k), float32, shuffled where seeded.

    A batch holds tweets of similar length and is padded to its longest tweet.
    """
    lengths = [len(ids) for ids in examples.ids]
    values = np.fromiter((word for ids in examples.ids for word in ids), np.int32, sum(lengths))
    tweets = tf.RaggedTensor.from_row_lengths(values, lengths)
    data = tf.data.Dataset.from_tensor_slices((tweets, examples.targets))
    data = data.map(lambda ids, target: (tf.ensure_shape(ids, (None,)), target))
    if seed is not None:
        data = data.shuffle(len(lengths), seed=seed)
    boundaries = [length for length in _BOUNDARIES if length <= options.max_tokens]
    boundaries.append(options.max_tokens + 1)
    data = data.bucket_by_sequence_length(
        lambda ids, target: tf.shape(ids)[0],
        bucket_boundaries=boundaries,
        bucket_batch_sizes=[options.batch_size] * (len(boundaries) + 1),
    )
    _, sizes = np.unique(np.digitize(lengths, boundaries), return_counts=True)
    # Keras would warn of a pipeline that does not tell how many batches it has.
    data = data.apply(
        tf.data.experimental.assert_cardinality(-(-sizes // options.batch_size).sum())
    )
    return data.prefetch(tf.data.AUTOTUNE)


def cross_entropy(targets: Any, shares: Any) -> Any:
    """Against shares, shape (n, k), as ``Examples`` has them: the loss of each tweet, (n,).

    Where the neutral share is unknown, P(positive) and P(negative) are held against their targets.
    """
    shares = ops.clip(shares, _LEAST_SHARE, 1.0)
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


class _OfLeaning(keras.metrics.Metric):  # type: ignore[misc]
    """Judges P(positive) by the tweets that more readers call positive than negative.

    Tweets that as many call positive as negative do not count.
    """

    def update_state(self, targets: Any, shares: Any, sample_weight: Any = None) -> None:
        leaning = targets[:, -1] - targets[:, 0]
        positive = ops.cast(leaning > 0, "float32")
        probability = (1.0 + shares[:, -1] - shares[:, 0]) / 2
        super().update_state(positive, probability, ops.cast(leaning != 0, "float32"))


class PrecisionAtRecall(_OfLeaning, keras.metrics.PrecisionAtRecall):  # type: ignore[misc]
    """Precision of *positive* at a recall."""


class RocAuc(_OfLeaning, keras.metrics.AUC):  # type: ignore[misc]
    """Area under the ROC curve of P(positive)."""


def _halve_on_plateau() -> keras.callbacks.Callback:
    return keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", patience=1, factor=0.5, min_lr=1e-5
    )


def _reached(network: keras.Model, best: Path, held_out: tf.data.Dataset) -> float:
    network.load_weights(best)
    figures = network.evaluate(held_out, return_dict=True, verbose=0)
    return float(figures[_DECIDING.removeprefix("val_")])


class _Monitoring(keras.callbacks.Callback):  # type: ignore[misc]
    def __init__(self, monitor: Monitor, steps: int) -> None:
        super().__init__()
        self._monitor = monitor
        self._steps = steps
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        self._monitor.batch(self._epoch, batch + 1, self._steps)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        told = {
            name: float(value)
            for name, value in (logs or {}).items()
            if name == "loss" or name.startswith("val_")
        }
        told["learning_rate"] = float(self.model.optimizer.learning_rate)
        self._monitor.epoch(epoch, told)
