"""How far 8-bit integers in one product of a graph move the graph's result."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.arrays import FloatArray
from models.inference.onnx_session import open_session

Inputs = Mapping[str, NDArray[np.int64]]


def open_graph(graph: Any) -> Any:
    """A session of the graph, on all cores."""
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        onnx.save(graph, file.name)
        return open_session(Path(file.name), len(os.sched_getaffinity(0)))


def trace(graph: Any, names: Sequence[str], inputs: Sequence[Inputs]) -> Iterator[dict[str, Any]]:
    """The values of the tensors called ``names``, for one of the inputs after the other."""
    wanted = list(dict.fromkeys(names))
    watched = onnx.ModelProto()
    watched.CopyFrom(graph)
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in wanted)
    session = open_graph(watched)
    for one in inputs:
        yield dict(zip(wanted, session.run(wanted, one), strict=True))


def squared_errors(
    graph: Any,
    products: Sequence[Any],
    outliers: Mapping[str, NDArray[np.intp]],
    inputs: Sequence[Inputs],
    traced: Sequence[Mapping[str, Any]],
) -> list[float]:
    """Mean square of the change of the graph's result, for each product alone in 8 bits.

    ``outliers`` are the channels of a product's input that stay in float32, and ``traced`` has
    that input. The change is put into the graph where the product's result comes out.
    """
    session = open_graph(_with_changes(graph, products))
    weights = {tensor.name: tensor for tensor in graph.graph.initializer}
    exact = [session.run(None, one)[0] for one in inputs]
    errors = []
    for product in products:
        source, matrix = product.input[0], numpy_helper.to_array(weights[product.input[1]])
        matrix = np.delete(matrix, outliers[source], axis=0)
        rounded = _rounded_columns(matrix)
        squares = []
        for one, values, result in zip(inputs, traced, exact, strict=True):
            value = np.delete(values[source], outliers[source], axis=-1)
            change = _rounded(value) @ rounded - value @ matrix
            moved = session.run(None, {**one, _change(product): change})[0]
            squares.append(float(np.mean((moved - result) ** 2)))
        errors.append(float(np.mean(squares)))
    return errors


def _change(product: Any) -> str:
    return f"{product.output[0]}.change"


def _with_changes(graph: Any, products: Sequence[Any]) -> Any:
    """The graph, with an input for each product that is added to its result, by default zero."""
    changed = onnx.ModelProto()
    changed.CopyFrom(graph)
    names = {product.name for product in products}
    nodes = []
    for node in changed.graph.node:
        nodes.append(node)
        if node.name in names:
            change, result = _change(node), node.output[0]
            zero = np.zeros((1, 1, 1), dtype=np.float32)
            changed.graph.initializer.append(numpy_helper.from_array(zero, change))
            changed.graph.input.append(
                helper.make_tensor_value_info(change, TensorProto.FLOAT, [None, None, None])
            )
            node.output[0] = f"{result}.exact"
            nodes.append(helper.make_node("Add", [node.output[0], change], [result], name=change))
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    return changed


def _rounded(values: FloatArray) -> FloatArray:
    """As ONNX's DynamicQuantizeLinear rounds: 256 steps from the lowest value to the highest."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if low == high:
        return values
    step = (high - low) / 255
    zero = np.round(-low / step)
    steps = np.clip(np.round(values / step) + zero, 0, 255)
    return np.asarray((steps - zero) * step, dtype=np.float32)


def _rounded_columns(matrix: FloatArray) -> FloatArray:
    """Each column in 255 steps, as many above zero as below."""
    steps = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / 127
    return np.asarray(np.round(matrix / steps) * steps, dtype=np.float32)
