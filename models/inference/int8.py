"""An ONNX graph with products of 8-bit integers, but for the few channels that do not bear it.

The largest value of a product's input sets the scale of all its 8-bit values. A transformer has a
few channels of far larger values than the others: they are multiplied apart, in float32, as in
LLM.int8() (Dettmers, Lewis, Belkada & Zettlemoyer, 2022, https://arxiv.org/abs/2208.07339).
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from models.arrays import FloatArray
from models.inference.int8_error import Inputs, squared_errors, trace

# Times the median of the channels' largest values; most transformers have one or two a product.
_OUTLIER = 5.0
# Of the sum of the products' squared errors; so many inputs are enough to tell them apart.
_BORNE = 0.5
_MEASURED = 16
_NONE = np.array([], dtype=np.intp)


def quantize(network: Path, target: Path, calibration: Sequence[Inputs]) -> bool:
    """Write the graph ``network`` with 8-bit products: weights by column, inputs as they come.

    ``calibration`` are inputs of the graph. They show which channels to multiply apart, and which
    products to leave as they are: those that half of the error is from, for their size. Where that
    leaves none to have in 8 bits nothing is written, and False returned.
    """
    graph = _fused(network)
    # Shapes that the exporter noted would contradict those of the new nodes.
    del graph.graph.value_info[:]
    weights = {tensor.name: tensor for tensor in graph.graph.initializer}
    products = [
        node for node in graph.graph.node if node.op_type == "MatMul" and node.input[1] in weights
    ]
    peaks: dict[str, list[FloatArray]] = {}
    traced: list[Mapping[str, Any]] = []
    for values in trace(graph, [node.input[0] for node in products], calibration):
        if len(traced) < _MEASURED:
            traced.append(values)
        for name, value in values.items():
            channels = np.abs(value).max(axis=tuple(range(value.ndim - 1)))
            peaks.setdefault(name, []).append(channels)
    outliers = {name: _outliers(np.max(found, axis=0)) for name, found in peaks.items()}
    errors = squared_errors(graph, products, outliers, calibration[:_MEASURED], traced)
    sizes = [int(np.prod(weights[node.input[1]].dims)) for node in products]
    chosen = [products[index] for index in _bearable(errors, sizes)]
    if not chosen:
        return False
    _multiply_apart(graph.graph, chosen, outliers)
    # It would advise, on the root logger, to have the graph optimised before.
    add_pre_process_metadata(graph)
    quantize_dynamic(
        graph,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_quantize=[node.name for node in chosen],
        # Shapes are not inferred beyond operators of ONNX Runtime's own.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    return True


def _fused(network: Path) -> Any:
    """The graph with a bias and the GELU after it as one operator of ONNX Runtime's own."""
    fusions = FusionOptions("bert")
    fusions.enable_attention = False
    fusions.enable_embed_layer_norm = False
    # Its operator takes longer than the sum and the normalisation that it stands for.
    fusions.enable_skip_layer_norm = False
    fusions.enable_bias_skip_layer_norm = False
    fused = optimize_model(str(network), opt_level=0, optimization_options=fusions)
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        # Saving adds the set that the new operators are from.
        fused.save_model_to_file(file.name)
        return onnx.load(file.name)


def _outliers(peaks: FloatArray) -> NDArray[np.intp]:
    """The channels whose largest value is far above those of the others."""
    return np.flatnonzero(peaks > _OUTLIER * np.median(peaks))


def _bearable(errors: Sequence[float], sizes: Sequence[int]) -> list[int]:
    """Indices of the products to have in 8 bits: those with the least error for their size."""
    order = np.argsort(np.asarray(errors) / np.asarray(sizes))
    within = np.cumsum(np.asarray(errors)[order]) <= _BORNE * np.sum(errors)
    return sorted(order[within].tolist())


def _multiply_apart(
    graph: Any, products: Sequence[Any], outliers: Mapping[str, NDArray[np.intp]]
) -> None:
    """Rewrite each product x·W as x'·W + x[channels]·W[channels]; x' has zeros in the channels."""
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
        channels = outliers[node.input[0]] if node.name in names else _NONE
        if channels.size == 0:
            nodes.append(node)
            continue
        source, (result,) = node.input[0], node.output
        if source not in parts:
            others = _all_but(channels, weights[node.input[1]].dims[0])
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
        # They are multiplied with zeros now, and must not widen the scale of the other weights.
        matrix = matrix * _all_but(channels, len(matrix))[:, None]
        node.input[:] = [zeroed, constant(f"{result}.weights", matrix)]
        node.output[0] = f"{result}.int8"
        nodes.append(node)
        exact = compute("MatMul", [apart, rows], f"{result}.float32")
        compute("Add", [node.output[0], exact], result)
    del graph.node[:]
    graph.node.extend(nodes)


def _all_but(channels: NDArray[np.intp], count: int) -> FloatArray:
    """Ones, shape (count,), float32, but zeros in the channels."""
    ones = np.ones(count, dtype=np.float32)
    ones[channels] = 0
    return ones
