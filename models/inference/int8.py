"""Dynamic quantization of an ONNX graph to 8-bit integers.

Two kinds of values stay in float32: outlier channels, see ``models.inference.outlier_channels``,
and the products that cause most of the quantization error.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from models.arrays import FloatArray
from models.inference.int8_error import Inputs, squared_errors, trace
from models.inference.outlier_channels import outlier_channels, split_products

# Share of the sum of the products' squared errors that quantized products may cause together.
_MAX_ERROR_SHARE = 0.5
# Number of inputs on which errors are measured, enough to rank the products.
_ERROR_INPUTS = 16


def quantize(network: Path, target: Path, calibration: Sequence[Inputs]) -> bool:
    """Write the graph ``network`` with 8-bit products to ``target``.

    Weights are quantized by column, activations dynamically. ``calibration`` are inputs of the
    graph: they show the outlier channels and the error of each product. Products with the largest
    error for their size, which cause half of the error together, stay in float32.

    Returns False, and writes nothing, if no product remains to be quantized. Raises
    ``NetworkError`` if ONNX Runtime cannot run the graph.
    """
    graph = _fuse_operators(network)
    # The shapes that the exporter recorded would contradict those of the new nodes.
    del graph.graph.value_info[:]
    weights = {tensor.name: tensor for tensor in graph.graph.initializer}
    products = [
        node for node in graph.graph.node if node.op_type == "MatMul" and node.input[1] in weights
    ]
    maxima: dict[str, list[FloatArray]] = {}
    traced: list[Mapping[str, Any]] = []
    for values in trace(graph, [node.input[0] for node in products], calibration):
        if len(traced) < _ERROR_INPUTS:
            traced.append(values)
        for name, value in values.items():
            of_channels = np.abs(value).max(axis=tuple(range(value.ndim - 1)))
            maxima.setdefault(name, []).append(of_channels)
    outliers = {name: outlier_channels(np.max(found, axis=0)) for name, found in maxima.items()}
    errors = squared_errors(graph, products, outliers, calibration[:_ERROR_INPUTS], traced)
    sizes = [int(np.prod(weights[node.input[1]].dims)) for node in products]
    chosen = [products[index] for index in select_products(errors, sizes)]
    if not chosen:
        return False
    split_products(graph.graph, chosen, outliers)
    # Without this metadata quantize_dynamic advises, on the root logger, to optimise the graph.
    add_pre_process_metadata(graph)
    quantize_dynamic(
        graph,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_quantize=[node.name for node in chosen],
        # Shape inference stops at ONNX Runtime's own operators: there the type is unknown.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    return True


def select_products(errors: Sequence[float], sizes: Sequence[int]) -> list[int]:
    """Indices of the products to quantize: the products with the least error for their size.

    ``errors``: squared error of each product. ``sizes``: number of its weights.
    """
    order = np.argsort(np.asarray(errors) / np.asarray(sizes))
    within = np.cumsum(np.asarray(errors)[order]) <= _MAX_ERROR_SHARE * np.sum(errors)
    return sorted(order[within].tolist())


def _fuse_operators(network: Path) -> Any:
    """The graph with each bias and the GELU after it fused into one ONNX Runtime operator."""
    fusions = FusionOptions("bert")
    fusions.enable_attention = False
    fusions.enable_embed_layer_norm = False
    # The fused operator is slower than the sum and the normalisation that it replaces.
    fusions.enable_skip_layer_norm = False
    fusions.enable_bias_skip_layer_norm = False
    fused = optimize_model(str(network), opt_level=0, optimization_options=fusions)
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        # Saving adds the operator set of the fused operators to the graph.
        fused.save_model_to_file(file.name)
        return onnx.load(file.name)
