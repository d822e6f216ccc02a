"""Quantization error: the change of a graph's output when one product is quantized."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.arrays import FloatArray
from models.cores import usable_cores
from models.inference.onnx_session import open_session

Inputs = Mapping[str, NDArray[np.int64]]
"""Inputs of a graph for one run, by name."""


def open_graph(graph: Any) -> Any:
    """A session of a ModelProto, on all cores. Raises ``NetworkError``."""
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        onnx.save(graph, file.name)
        return open_session(Path(file.name), usable_cores())


def trace(graph: Any, names: Sequence[str], inputs: Sequence[Inputs]) -> Iterator[dict[str, Any]]:
    """The values of the tensors ``names``, for each of ``inputs``."""
    unique = list(dict.fromkeys(names))
    with_outputs = onnx.ModelProto()
    with_outputs.CopyFrom(graph)
    with_outputs.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in unique)
    session = open_graph(with_outputs)
    for feed in inputs:
        yield dict(zip(unique, session.run(unique, feed), strict=True))


def squared_errors(
    graph: Any,
    products: Sequence[Any],
    outliers: Mapping[str, NDArray[np.intp]],
    inputs: Sequence[Inputs],
    traced: Sequence[Mapping[str, Any]],
) -> list[float]:
    """Mean squared change of the graph's first output when one product is quantized, by product.

    ``outliers`` has the channels of each product's input that stay in float32. ``traced`` has the
    values of these inputs. NumPy computes the error of the product, and the graph adds it to the
    product's result.
    """
    session = open_graph(_with_error_inputs(graph, products))
    weights = {tensor.name: tensor for tensor in graph.graph.initializer}
    exact = [session.run(None, feed)[0] for feed in inputs]
    errors = []
    for product in products:
        source, matrix = product.input[0], numpy_helper.to_array(weights[product.input[1]])
        matrix = np.delete(matrix, outliers[source], axis=0)
        quantized = quantize_columns(matrix)
        squares = []
        for feed, values, output in zip(inputs, traced, exact, strict=True):
            value = np.delete(values[source], outliers[source], axis=-1)
            error = quantize_dynamically(value) @ quantized - value @ matrix
            changed = session.run(None, {**feed, _error_input(product): error})[0]
            squares.append(float(np.mean((changed - output) ** 2)))
        errors.append(float(np.mean(squares)))
    return errors


def _error_input(product: Any) -> str:
    return f"{product.output[0]}.change"


def _with_error_inputs(graph: Any, products: Sequence[Any]) -> Any:
    """The graph with an input for each product, zero by default, that is added to its result."""
    changed = onnx.ModelProto()
    changed.CopyFrom(graph)
    names = {product.name for product in products}
    nodes = []
    for node in changed.graph.node:
        nodes.append(node)
        if node.name in names:
            error, result = _error_input(node), node.output[0]
            zero = np.zeros((1, 1, 1), dtype=np.float32)
            changed.graph.initializer.append(numpy_helper.from_array(zero, error))
            changed.graph.input.append(
                helper.make_tensor_value_info(error, TensorProto.FLOAT, [None, None, None])
            )
            node.output[0] = f"{result}.exact"
            nodes.append(helper.make_node("Add", [node.output[0], error], [result], name=error))
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    return changed


def quantize_dynamically(values: FloatArray) -> FloatArray:
    """Values rounded as by ONNX's DynamicQuantizeLinear: 256 steps from the minimum to the maximum.

    The range includes 0.
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if low == high:
        return values
    step = (high - low) / 255
    zero = np.round(-low / step)
    steps = np.clip(np.round(values / step) + zero, 0, 255)
    return np.asarray((steps - zero) * step, dtype=np.float32)


def quantize_columns(matrix: FloatArray) -> FloatArray:
    """A matrix rounded column by column: 255 steps, symmetric around 0."""
    steps = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / 127
    return np.asarray(np.round(matrix / steps) * steps, dtype=np.float32)
