"""Convolutions over words, and their maxima, as ONNX operators."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.lstm.network import KERNEL_WIDTHS

if TYPE_CHECKING:
    import keras
    import onnx


def text_cnn_part(
    network: "keras.Model",
) -> tuple[list["onnx.NodeProto"], dict[str, NDArray[np.generic]]]:
    """Nodes from ``ids`` and ``is_word``, shape (n, t), to ``features``, (n, f), float32.

    The second value holds their constants. The caller adds ``word_vectors``, (rows, d), float32.
    """
    from onnx import TensorProto, helper

    constants: dict[str, NDArray[np.generic]] = {"channel_axis": np.array([1], dtype=np.int64)}
    nodes = [
        helper.make_node("Cast", ["is_word"], ["is_word_float"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["is_word_float", "channel_axis"], ["mask"]),
        helper.make_node("Gather", ["word_vectors", "ids"], ["embedded"]),
        helper.make_node("Transpose", ["embedded"], ["channels"], perm=[0, 2, 1]),
        helper.make_node("Mul", ["channels", "mask"], ["masked"]),
    ]
    for width in KERNEL_WIDTHS:
        name = f"width_{width}"
        kernel, bias = network.get_layer(name).get_weights()
        # From Keras's (width, channels, filters) to ONNX's (filters, channels, width).
        constants |= {f"{name}_kernel": kernel.transpose(2, 1, 0), f"{name}_bias": bias}
        nodes += [
            helper.make_node(
                "Conv",
                ["masked", f"{name}_kernel", f"{name}_bias"],
                [f"{name}_sums"],
                kernel_shape=[width],
                pads=[(width - 1) // 2, width // 2],
            ),
            helper.make_node("Relu", [f"{name}_sums"], [f"{name}_answers"]),
            helper.make_node("Mul", [f"{name}_answers", "mask"], [f"{name}_of_words"]),
            helper.make_node(
                "ReduceMax", [f"{name}_of_words"], [f"{name}_highest"], axes=[2], keepdims=0
            ),
        ]
    highest = [f"width_{width}_highest" for width in KERNEL_WIDTHS]
    nodes.append(helper.make_node("Concat", highest, ["features"], axis=1))
    return nodes, constants
