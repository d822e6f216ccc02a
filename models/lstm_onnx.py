"""The LSTM network as an ONNX graph around the ONNX ``LSTM`` operator.

Keras's own export unrolls an LSTM into a Loop, which is slower than Keras itself.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.scorer import FloatArray

if TYPE_CHECKING:
    import keras

_OPSET = 17
_IR_VERSION = 10


def export(network: "keras.Model", path: Path) -> None:
    """Write the graph: ids, shape (n, t), int32, 0 for padding → log-odds, shape (n,), float32."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    initializers: dict[str, NDArray[np.generic]] = {
        "word_vectors": network.get_layer("word_vectors").get_weights()[0],
        "zero": np.array(0, dtype=np.int32),
        "time_axis": np.array([1], dtype=np.int64),
        "last_axis": np.array([1], dtype=np.int64),
        "both_directions": np.array([0, 0, -1], dtype=np.int64),
        "all_features": np.array([0, -1], dtype=np.int64),
    }
    for name in ("sequence", "vector"):
        kernels = _lstm_weights(network.get_layer(name))
        initializers |= {f"{name}_{kind}": values for kind, values in kernels.items()}
    for name in ("dense", "log_odds"):
        kernel, bias = network.get_layer(name).get_weights()
        initializers |= {f"{name}_kernel": kernel, f"{name}_bias": bias}

    def lstm(name: str, inputs: str, outputs: list[str]) -> onnx.NodeProto:
        return helper.make_node(
            "LSTM",
            [inputs, f"{name}_w", f"{name}_r", f"{name}_b", "lengths"],
            outputs,
            direction="bidirectional",
            hidden_size=initializers[f"{name}_r"].shape[2],
        )

    nodes = [
        # Lengths let the backward direction begin at the last word instead of in the padding.
        helper.make_node("Greater", ["ids", "zero"], ["is_word"]),
        helper.make_node("Cast", ["is_word"], ["is_word_int"], to=TensorProto.INT32),
        helper.make_node("ReduceSum", ["is_word_int", "time_axis"], ["lengths"], keepdims=0),
        helper.make_node("Transpose", ["ids"], ["ids_by_time"], perm=[1, 0]),
        helper.make_node("Gather", ["word_vectors", "ids_by_time"], ["embedded"]),
        lstm("sequence", "embedded", ["sequence_states"]),
        helper.make_node("Transpose", ["sequence_states"], ["by_tweet"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["by_tweet", "both_directions"], ["sequence_features"]),
        lstm("vector", "sequence_features", ["", "last_states"]),
        helper.make_node("Transpose", ["last_states"], ["last_by_tweet"], perm=[1, 0, 2]),
        helper.make_node("Reshape", ["last_by_tweet", "all_features"], ["vector_features"]),
        helper.make_node("Gemm", ["vector_features", "dense_kernel", "dense_bias"], ["dense"]),
        helper.make_node("Relu", ["dense"], ["dense_relu"]),
        helper.make_node("Gemm", ["dense_relu", "log_odds_kernel", "log_odds_bias"], ["column"]),
        helper.make_node("Squeeze", ["column", "last_axis"], ["log_odds"]),
    ]
    graph = helper.make_graph(
        nodes,
        "lstm",
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["n", "t"])],
        [helper.make_tensor_value_info("log_odds", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(values, name) for name, values in initializers.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _lstm_weights(layer: "keras.layers.Bidirectional") -> dict[str, FloatArray]:
    """Keras's six arrays of a bidirectional LSTM as ONNX's W, R and B, one row a direction."""
    forward, backward = np.array_split(np.arange(6), 2)
    arrays = layer.get_weights()
    directions = [[arrays[index] for index in part] for part in (forward, backward)]
    return {
        "w": np.stack([_gates(kernel).T for kernel, _, _ in directions]),
        "r": np.stack([_gates(recurrent).T for _, recurrent, _ in directions]),
        # ONNX adds a second, recurrent bias, which Keras does not have.
        "b": np.stack(
            [np.concatenate([_gates(bias), np.zeros_like(bias)]) for _, _, bias in directions]
        ),
    }


def _gates(array: FloatArray) -> FloatArray:
    """Keras's gate order (input, forget, cell, output) as ONNX's (input, output, forget, cell)."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)
