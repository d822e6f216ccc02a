"""LSTM family: frozen word vectors under two bidirectional LSTM layers, in Keras on TensorFlow."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from models.batches import score_by_length
from models.family import Backend, Examples, Monitor
from models.onnx_session import open_session
from models.scorer import FloatArray
from models.text import normalize_full
from models.vectors import read_packaged_vectors

if TYPE_CHECKING:
    import keras

# TensorFlow reports the absence of a GPU at length, as errors.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Another model may live on the same GPU.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

Forward = Callable[[NDArray[np.int32]], FloatArray]

_WEIGHTS = "network.weights.h5"
_ONNX = "network.onnx"
_VOCABULARY = "vocabulary.json"
_ARCHITECTURE = "architecture.json"
_PADDING, _UNKNOWN, _FIRST_WORD = 0, 1, 2
_SCORING_BATCH = 64


class LstmOptions(BaseModel):
    units: int = Field(64, ge=1, description="units of each direction of the first LSTM")
    dropout: float = Field(
        0.3, ge=0, lt=1, description="dropout of word vectors and before the end"
    )
    learning_rate: float = Field(2e-3, gt=0, description="Adam's first learning rate")
    batch_size: int = Field(64, ge=1, description="tweets in a step")
    epochs: int = Field(12, ge=1, description="most passes over the training split")
    patience: int = Field(4, ge=1, description="epochs without progress before stopping")
    max_tokens: int = Field(64, ge=1, description="tokens read of a tweet")


class LstmClassifier:
    """Encodes texts and has ``forward`` turn ids, shape (n, t), int32, into log-odds, (n,)."""

    checkpoint = "bilstm-spacy-md-300d"

    def __init__(
        self,
        forward: Forward,
        words: dict[str, int],
        architecture: dict[str, Any],
        network: "keras.Model | None" = None,
    ) -> None:
        self._forward = forward
        self._words = words
        self._architecture = architecture
        self._network = network

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        ids = [encode(text, self._words, self._architecture["max_tokens"]) for text in texts]
        return score_by_length(ids, _SCORING_BATCH, lambda batch: self._forward(pad(batch)))

    def save(self, folder: Path) -> None:
        from models.lstm_onnx import export

        if self._network is None:
            raise ValueError("only a trained network can be saved, not one loaded from ONNX")
        self._network.save_weights(folder / _WEIGHTS)
        export(self._network, folder / _ONNX)
        (folder / _VOCABULARY).write_text(json.dumps(self._words), encoding="utf-8")
        (folder / _ARCHITECTURE).write_text(json.dumps(self._architecture), encoding="utf-8")


class Lstm:
    name = "lstm"
    summary = "Two bidirectional LSTM layers on frozen 300 d word vectors"
    uses_gpu = True
    options = LstmOptions

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: LstmOptions,
        seed: int,
        monitor: Monitor,
    ) -> LstmClassifier:
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        words, vectors = read_packaged_vectors()
        words = {word: row + _FIRST_WORD for word, row in words.items()}
        architecture = {
            "rows": len(vectors) + _FIRST_WORD,
            "dimensions": vectors.shape[1],
            "units": options.units,
            "dropout": options.dropout,
            "max_tokens": options.max_tokens,
        }
        network = build(architecture)
        padding = np.zeros((_FIRST_WORD, vectors.shape[1]), dtype=np.float32)
        network.get_layer("word_vectors").set_weights([np.concatenate([padding, vectors])])
        network.compile(
            optimizer=keras.optimizers.Adam(options.learning_rate),
            loss="binary_crossentropy",
            metrics=[
                keras.metrics.PrecisionAtRecall(0.80, name="precision_at_recall_80"),
                keras.metrics.AUC(name="roc_auc"),
            ],
        )

        def dataset(examples: Examples, shuffle: bool) -> tf.data.Dataset:
            ids = [encode(text, words, options.max_tokens) for text in examples.texts]
            data = tf.data.Dataset.from_generator(
                lambda: zip(ids, examples.labels, strict=True),
                output_signature=(
                    tf.TensorSpec((None,), tf.int32),
                    tf.TensorSpec((), tf.int8),
                ),
            ).cache()
            if shuffle:
                data = data.shuffle(len(ids), seed=seed)
            return data.bucket_by_sequence_length(
                lambda ids, label: tf.shape(ids)[0],
                bucket_boundaries=[9, 17, 33],
                bucket_batch_sizes=[options.batch_size] * 4,
            ).prefetch(tf.data.AUTOTUNE)

        network.fit(
            dataset(train, shuffle=True),
            validation_data=dataset(validation, shuffle=False),
            epochs=options.epochs,
            verbose=0,
            callbacks=[
                keras.callbacks.EarlyStopping(
                    monitor="val_precision_at_recall_80",
                    mode="max",
                    patience=options.patience,
                    restore_best_weights=True,
                ),
                keras.callbacks.ReduceLROnPlateau(
                    monitor="val_loss", patience=1, factor=0.5, min_lr=1e-5
                ),
                _monitoring(monitor, steps=-(-len(train) // options.batch_size)),
            ],
        )
        return LstmClassifier(_keras_forward(network), words, architecture, network)

    def load(self, folder: Path, backend: Backend, threads: int) -> LstmClassifier:
        architecture = json.loads((folder / _ARCHITECTURE).read_text(encoding="utf-8"))
        words = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        if backend == "onnx":
            session = open_session(folder / _ONNX, threads)
            return LstmClassifier(
                lambda ids: session.run(None, {"ids": ids})[0], words, architecture
            )
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
        network = build(architecture)
        network.load_weights(folder / _WEIGHTS)
        return LstmClassifier(_keras_forward(network), words, architecture, network)


def _keras_forward(network: "keras.Model") -> Forward:
    import keras
    import tensorflow as tf

    scoring = keras.Model(network.inputs, network.get_layer("log_odds").output)
    forward = tf.function(
        lambda ids: scoring(ids, training=False),
        input_signature=[tf.TensorSpec((None, None), tf.int32)],
    )
    return lambda ids: np.asarray(forward(ids), dtype=np.float32)[:, 0]


def build(architecture: Mapping[str, Any]) -> "keras.Model":
    """The network with random weights: token ids, shape (n, t), int32 → P(positive), (n, 1)."""
    from keras import Model, layers

    units, dropout = architecture["units"], architecture["dropout"]
    ids = layers.Input((None,), dtype="int32", name="ids")
    x = layers.Embedding(
        architecture["rows"],
        architecture["dimensions"],
        mask_zero=True,
        trainable=False,
        name="word_vectors",
    )(ids)
    x = layers.SpatialDropout1D(dropout)(x)
    x = layers.Bidirectional(layers.LSTM(units, return_sequences=True), name="sequence")(x)
    x = layers.Bidirectional(layers.LSTM(units // 2), name="vector")(x)
    x = layers.Dense(units, activation="relu", name="dense")(x)
    x = layers.Dropout(dropout)(x)
    log_odds = layers.Dense(1, name="log_odds")(x)
    return Model(ids, layers.Activation("sigmoid", name="probability")(log_odds))


def encode(text: str, words: Mapping[str, int], max_tokens: int) -> list[int]:
    """Token ids of the fully normalised text; a text without any is one unknown word."""
    tokens = normalize_full(text).split()[:max_tokens]
    return [words.get(token.strip("<>"), _UNKNOWN) for token in tokens] or [_UNKNOWN]


def pad(ids: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Ids padded at the end to the longest, shape (n, longest), int32."""
    padded = np.full((len(ids), max(map(len, ids))), _PADDING, dtype=np.int32)
    for row, sequence in zip(padded, ids, strict=True):
        row[: len(sequence)] = sequence
    return padded


def _monitoring(monitor: Monitor, steps: int) -> "keras.callbacks.Callback":
    import keras

    class Monitoring(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            self.current = epoch

        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
            monitor.batch(self.current, min(batch + 1, steps), steps)

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            monitor.epoch(epoch, {name: float(value) for name, value in (logs or {}).items()})

    return Monitoring()
