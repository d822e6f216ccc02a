"""Training of a network of word ids by Keras."""

from collections.abc import Mapping
from pathlib import Path

import keras
import tensorflow as tf

from models.family import Monitor
from models.lstm.input_pipeline import EncodedExamples, pipeline
from models.lstm.objectives import PrecisionAtRecall, RocAuc, cross_entropy
from models.lstm.options import LstmOptions

_STOPPING_METRIC = "val_loss"


def dtype_policy(precision: str) -> str:
    """Keras's dtype policy for ``precision``: ``float32`` or ``mixed_bfloat16``.

    ``auto`` is bfloat16 if every GPU has it in hardware (compute capability 8.0, Ampere).
    """
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
    """Train ``network`` in place, to the weights of the epoch with the least validation loss.

    An interrupted training resumes after the last complete epoch. ``work`` keeps its weights, the
    state and learning rate of Adam, and the best weights. It does not keep the number of epochs
    without progress: early stopping and the plateau schedule count from 0 again, and the schedule
    forgets its lowest loss. The order of the tweets starts again from the seed.
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
    # The state of the optimizer can be restored only after its variables have been built.
    network.optimizer.build(network.trainable_variables)
    best = work / "best.weights.h5"
    best_loss = _validation_loss(network, best, held_out) if best.exists() else None
    network.fit(
        batches,
        validation_data=held_out,
        epochs=options.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[
            keras.callbacks.ModelCheckpoint(
                best,
                monitor=_STOPPING_METRIC,
                mode="min",
                save_best_only=True,
                save_weights_only=True,
                initial_value_threshold=best_loss,
            ),
            keras.callbacks.EarlyStopping(
                monitor=_STOPPING_METRIC, mode="min", patience=options.patience, baseline=best_loss
            ),
            *(() if linear else (_halve_on_plateau(),)),
            # The backup comes after the plateau schedule, so that it holds a lowered rate.
            keras.callbacks.BackupAndRestore(work / "last_epoch"),
            _MonitorCallback(monitor, int(batches.cardinality())),
        ],
    )
    network.load_weights(best)
    best.unlink()


def _halve_on_plateau() -> keras.callbacks.Callback:
    return keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", patience=1, factor=0.5, min_lr=1e-5
    )


def _validation_loss(network: keras.Model, weights: Path, held_out: tf.data.Dataset) -> float:
    network.load_weights(weights)
    metrics = network.evaluate(held_out, return_dict=True, verbose=0)
    return float(metrics[_STOPPING_METRIC.removeprefix("val_")])


class _MonitorCallback(keras.callbacks.Callback):  # type: ignore[misc]
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
        reported = {
            name: float(value)
            for name, value in (logs or {}).items()
            if name == "loss" or name.startswith("val_")
        }
        reported["learning_rate"] = float(self.model.optimizer.learning_rate)
        self._monitor.epoch(epoch, reported)
