import os
import subprocess
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from tests.support.champions import REPOSITORY

# Variables by which ONNX Runtime tells a test run, where it sends nothing anyway.
SILENCING = {"CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS"}


def save_network(path: Path) -> None:
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "copy", [x], [y])
    opsets = [helper.make_operatorsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)


def test_a_session_leaves_no_identifier_of_the_machine(tmp_path: Path) -> None:
    save_network(tmp_path / "network.onnx")
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; "
        "from models.inference.onnx_session import open_session; "
        "open_session(Path(sys.argv[1]), 1)"
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in SILENCING and not name.startswith("XDG_")
    }
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "network.onnx")],
        cwd=REPOSITORY,
        env={**kept, "HOME": str(home)},
        check=True,
    )
    assert not list(home.rglob("*"))
