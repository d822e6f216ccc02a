"""The Keras networks of the family: from word ids to shares of readers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from models.arrays import FloatArray
from models.lstm.tensorflow_import import import_tensorflow
from models.lstm.vocabulary import PADDING, Normalisation

if TYPE_CHECKING:
    import keras

NetworkName = Literal["simple_rnn", "gru", "lstm", "bilstm", "text_cnn"]
Forward = Callable[[NDArray[np.int32]], FloatArray]
"""Word ids, shape (n, t), int32 → logits, shape (n, k), float32."""

KERNEL_WIDTHS = (3, 4, 5)


class Architecture(BaseModel):
    """Parameters that build a network and encode its texts, saved beside the weights.

    The defaults describe models that were saved before these fields existed.
    """

    network: NetworkName = "bilstm"
    checkpoint: str = "bilstm-spacy-md-300d"
    normalisation: Normalisation = "full"
    tuned: bool = False
    rows: int
    dimensions: int
    units: int
    dropout: float
    max_tokens: int
    classes: int = 2


def build(architecture: Architecture, dtype: str = "float32") -> "keras.Model":
    """The network with random weights: word ids, shape (n, t), int32 → shares, (n, k), float32.

    Padding does not change the shares. ``dtype`` is a Keras dtype policy. Logits and shares are
    float32 under every policy.
    """
    import_tensorflow()
    from keras import Model, layers

    units, dropout = architecture.units, architecture.dropout
    is_recurrent = architecture.network != "text_cnn"
    ids = layers.Input((None,), dtype="int32", name="ids")
    embedded = layers.Embedding(
        architecture.rows,
        architecture.dimensions,
        mask_zero=is_recurrent,
        trainable=architecture.tuned,
        dtype=dtype,
        name="word_vectors",
    )(ids)
    x = layers.SpatialDropout1D(dropout, dtype=dtype)(embedded)
    x = (
        _recurrent_features(x, architecture, dtype)
        if is_recurrent
        else _convolution_features(x, ids, units, dtype)
    )
    x = layers.Dense(units, activation="relu", dtype=dtype, name="dense")(x)
    x = layers.Dropout(dropout, dtype=dtype)(x)
    logits = layers.Dense(architecture.classes, dtype="float32", name="logits")(x)
    shares = layers.Activation("softmax", dtype="float32", name="shares")(logits)
    return Model(ids, shares)


def _recurrent_features(x: Any, architecture: Architecture, dtype: str) -> Any:
    """The last state of two recurrent layers, shape (n, f)."""
    from keras import layers

    kinds = {"simple_rnn": layers.SimpleRNN, "gru": layers.GRU}
    kind = kinds.get(architecture.network, layers.LSTM)

    def layer(units: int, name: str, return_sequences: bool) -> Any:
        if architecture.network != "bilstm":
            return kind(units, return_sequences=return_sequences, dtype=dtype, name=name)
        one_way = kind(units, return_sequences=return_sequences, dtype=dtype)
        return layers.Bidirectional(one_way, dtype=dtype, name=name)

    x = layer(architecture.units, "sequence", return_sequences=True)(x)
    return layer(architecture.units // 2, "vector", return_sequences=False)(x)


def _convolution_features(x: Any, ids: Any, filters: int, dtype: str) -> Any:
    """The maximum of each filter over the words, shape (n, f).

    Y. Kim, "Convolutional neural networks for sentence classification", EMNLP 2014.
    """
    from keras import layers, ops

    is_word = ops.expand_dims(ops.not_equal(ids, PADDING), -1)
    x = ops.where(is_word, x, ops.zeros_like(x))
    features = []
    for width in KERNEL_WIDTHS:
        activations = layers.Conv1D(
            filters, width, padding="same", activation="relu", dtype=dtype, name=f"width_{width}"
        )(x)
        # Activations are never below zero, so that zeros for padding do not change the maximum.
        activations = ops.where(is_word, activations, ops.zeros_like(activations))
        features.append(layers.GlobalMaxPooling1D(dtype=dtype)(activations))
    return layers.Concatenate(dtype=dtype)(features)


def keras_forward(network: "keras.Model") -> Forward:
    """The forward pass of a Keras network, up to its logits."""
    import keras
    import tensorflow as tf

    scoring = keras.Model(network.inputs, network.get_layer("logits").output)
    forward = tf.function(
        lambda ids: scoring(ids, training=False),
        input_signature=[tf.TensorSpec((None, None), tf.int32)],
    )
    return lambda ids: np.asarray(forward(ids), dtype=np.float32)
