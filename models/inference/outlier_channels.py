"""Outlier channels of a product's input, which stay in float32.

The largest value of a product's input sets the scale of all its 8-bit values. A few channels of a
transformer have far larger values than the others. They are multiplied separately, in float32, as
in LLM.int8() (T. Dettmers, M. Lewis, Y. Belkada & L. Zettlemoyer, 2022,
https://arxiv.org/abs/2208.07339).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from models.arrays import FloatArray

# Ratio to the median of the channels' maxima. Most transformers have one or two outliers a product.
_OUTLIER_RATIO = 5.0
_NO_CHANNELS = np.array([], dtype=np.intp)


def outlier_channels(maxima: FloatArray) -> NDArray[np.intp]:
    """Indices of the outliers. ``maxima``: each channel's largest absolute value, shape (c,)."""
    return np.flatnonzero(maxima > _OUTLIER_RATIO * np.median(maxima))


def split_products(
    graph: Any, products: Sequence[Any], outliers: Mapping[str, NDArray[np.intp]]
) -> None:
    """Rewrite each product x·W of a GraphProto as x'·W + x[channels]·W[channels].

    ``outliers`` has the channels by the name of x. x' is x with zeros in the channels.
    """
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[Any] = []

    def constant(name: str, values: NDArray[Any]) -> str:
        graph.initializer.append(numpy_helper.from_array(values, name))
        return name

    def compute(operator: str, inputs: Sequence[str], output: str, **options: int) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **options))
        return output

    parts: dict[str, tuple[str, str]] = {}
    names = {node.name for node in products}
    for node in graph.node:
        channels = outliers[node.input[0]] if node.name in names else _NO_CHANNELS
        if channels.size == 0:
            nodes.append(node)
            continue
        source, (result,) = node.input[0], node.output
        if source not in parts:
            others = _zero_at(channels, weights[node.input[1]].dims[0])
            parts[source] = (
                compute("Mul", [source, constant(f"{source}.others", others)], f"{source}.zeroed"),
                compute(
                    "Gather",
                    [source, constant(f"{source}.channels", np.asarray(channels, np.int64))],
                    f"{source}.apart",
                    axis=-1,
                ),
            )
        zeroed, apart = parts[source]
        matrix = numpy_helper.to_array(weights[node.input[1]])
        rows = constant(f"{result}.rows", np.ascontiguousarray(matrix[channels]))
        # These rows are multiplied by zeros only. Zeros do not widen the scale of other weights.
        matrix = matrix * _zero_at(channels, len(matrix))[:, None]
        node.input[:] = [zeroed, constant(f"{result}.weights", matrix)]
        node.output[0] = f"{result}.int8"
        nodes.append(node)
        exact = compute("MatMul", [apart, rows], f"{result}.float32")
        compute("Add", [node.output[0], exact], result)
    del graph.node[:]
    graph.node.extend(nodes)


def _zero_at(channels: NDArray[np.intp], count: int) -> FloatArray:
    """An array with 0 at ``channels`` and 1 elsewhere, shape (count,), float32."""
    mask = np.ones(count, dtype=np.float32)
    mask[channels] = 0
    return mask
