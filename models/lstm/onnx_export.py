"""Export of a network of word ids as an ONNX graph with the results of Keras."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.lstm.onnx_recurrent import recurrent_part
from models.lstm.onnx_text_cnn import text_cnn_part

if TYPE_CHECKING:
    import keras

_OPSET = 17
_IR_VERSION = 10


def export(network: "keras.Model", name: str, path: Path) -> None:
    """Write the graph: ids, shape (n, t), int32, 0 for padding → logits, (n, k), float32.

    ``name`` is the ``NetworkName``.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = (
        text_cnn_part(network) if name == "text_cnn" else recurrent_part(network, name)
    )
    initializers: dict[str, NDArray[np.generic]] = {
        "word_vectors": network.get_layer("word_vectors").get_weights()[0],
        "padding": np.array(0, dtype=np.int32),
        **constants,
    }
    for layer in ("dense", "logits"):
        kernel, bias = network.get_layer(layer).get_weights()
        initializers |= {f"{layer}_kernel": kernel, f"{layer}_bias": bias}
    classes = len(initializers["logits_bias"])
    graph = helper.make_graph(
        [
            helper.make_node("Greater", ["ids", "padding"], ["is_word"]),
            *nodes,
            helper.make_node("Gemm", ["features", "dense_kernel", "dense_bias"], ["dense"]),
            helper.make_node("Relu", ["dense"], ["dense_relu"]),
            helper.make_node("Gemm", ["dense_relu", "logits_kernel", "logits_bias"], ["logits"]),
        ],
        name,
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["n", "t"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes])],
        [numpy_helper.from_array(values, name) for name, values in initializers.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )
    onnx.checker.check_model(model)
    onnx.save(model, path)
