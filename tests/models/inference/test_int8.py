from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.inference.int8 import select_products
from models.inference.int8_error import quantize_dynamically
from models.inference.onnx_session import open_session


@pytest.mark.parametrize(("low", "high"), [(-3, 5), (0.5, 2), (-4, -1), (0, 0)])
def test_activations_are_quantized_like_in_onnx_runtime(
    tmp_path: Path, low: float, high: float
) -> None:
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [None]) for name in "xy")
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["steps", "step", "zero"]),
        helper.make_node("DequantizeLinear", ["steps", "step", "zero"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "round", [x], [y])
    opsets = [helper.make_operatorsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), tmp_path / "x.onnx")
    values = np.random.default_rng(5).uniform(low, high, 500).astype(np.float32)
    (expected,) = open_session(tmp_path / "x.onnx", 1).run(None, {"x": values})
    np.testing.assert_allclose(quantize_dynamically(values), expected, atol=1e-6)


def test_products_with_the_largest_error_for_their_size_are_not_selected() -> None:
    errors, sizes = [4.0, 0.1, 3.0, 0.2], [1, 1, 100, 1]
    assert select_products(errors, sizes) == [1, 2, 3]
    assert select_products([1.0, 1.0, 1.0, 1.0], [1, 2, 3, 4]) == [2, 3]


def test_no_product_is_selected_where_one_has_all_of_the_error() -> None:
    assert select_products([1.0], [10]) == []
    assert select_products([float("nan"), 1.0], [1, 1]) == []
