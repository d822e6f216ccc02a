"""Two recurrent layers as the ONNX operators ``RNN``, ``GRU`` and ``LSTM``.

Keras's own export makes a Loop of a recurrent layer, which is slower than Keras itself.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

if TYPE_CHECKING:
    import keras
    import onnx

_OPERATORS = {"simple_rnn": "RNN", "gru": "GRU", "lstm": "LSTM", "bilstm": "LSTM"}


def recurrent_part(
    network: "keras.Model", name: str
) -> tuple[list["onnx.NodeProto"], dict[str, NDArray[np.generic]]]:
    """Nodes from ``ids`` and ``is_word``, shape (n, t), to ``features``, (n, f), float32.

    The second value holds their constants. The caller adds ``word_vectors``, (rows, d), float32.
    """
    from onnx import TensorProto, helper

    operator = _OPERATORS[name]
    direction = "bidirectional" if name == "bilstm" else "forward"
    # Keras applies the reset gate after the recurrent product, ONNX by default before it.
    reset = {"linear_before_reset": 1} if operator == "GRU" else {}
    constants: dict[str, NDArray[np.generic]] = {
        "time_axis": np.array([1], dtype=np.int64),
        "joined_directions": np.array([0, 0, -1], dtype=np.int64),
        "all_features": np.array([0, -1], dtype=np.int64),
    }

    def layer(name: str, inputs: str, outputs: list[str]) -> "onnx.NodeProto":
        weights = _weights(network.get_layer(name), operator)
        constants.update({f"{name}_{kind}": values for kind, values in weights.items()})
        return helper.make_node(
            operator,
            [inputs, f"{name}_w", f"{name}_r", f"{name}_b", "lengths"],
            outputs,
            direction=direction,
            hidden_size=weights["r"].shape[2],
            **reset,
        )

    nodes = [
        # The lengths make the backward direction start, and the forward one end, at the last word.
        helper.make_node("Cast", ["is_word"], ["is_word_int"], to=TensorProto.INT32),
        helper.make_node("ReduceSum", ["is_word_int", "time_axis"], ["lengths"], keepdims=0),
        helper.make_node("Transpose", ["ids"], ["ids_by_time"], perm=[1, 0]),
        helper.make_node("Gather", ["word_vectors", "ids_by_time"], ["embedded"]),
        layer("sequence", "embedded", ["sequence_states"]),
        helper.make_node("Transpose", ["sequence_states"], ["by_tweet"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["by_tweet", "joined_directions"], ["sequence_features"]),
        layer("vector", "sequence_features", ["", "last_states"]),
        helper.make_node("Transpose", ["last_states"], ["last_by_tweet"], perm=[1, 0, 2]),
        helper.make_node("Reshape", ["last_by_tweet", "all_features"], ["features"]),
    ]
    return nodes, constants


def _weights(layer: "keras.layers.Layer", operator: str) -> dict[str, FloatArray]:
    """ONNX's W, R and B, one row a direction, of Keras's three arrays a direction."""
    arrays = layer.get_weights()
    directions = [arrays[first : first + 3] for first in range(0, len(arrays), 3)]
    order = _lstm_gates if operator == "LSTM" else _unchanged
    return {
        "w": np.stack([order(kernel).T for kernel, _, _ in directions]),
        "r": np.stack([order(recurrent).T for _, recurrent, _ in directions]),
        "b": np.stack([_both_biases(order(bias)) for _, _, bias in directions]),
    }


def _both_biases(bias: FloatArray) -> FloatArray:
    """ONNX's biases of input and state, joined. In Keras only the GRU has a bias of the state."""
    return bias.ravel() if bias.ndim == 2 else np.concatenate([bias, np.zeros_like(bias)])


def _lstm_gates(array: FloatArray) -> FloatArray:
    """Keras's gate order (input, forget, cell, output) as ONNX's (input, output, forget, cell)."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def _unchanged(array: FloatArray) -> FloatArray:
    """Keras and ONNX both order a GRU's gates as update, reset, hidden. An RNN has no gates."""
    return array
