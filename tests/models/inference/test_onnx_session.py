import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.inference.onnx_session import NetworkError, open_session
from tests.support.champions import REPOSITORY

# Variables by which ONNX Runtime recognises a test run, in which it sends nothing.
SILENCING = {"CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS"}


def save_network(path: Path, operator: str = "Identity") -> None:
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"])], "copy", [x], [y])
    opsets = [helper.make_operatorsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)


def test_a_session_runs_a_network(tmp_path: Path) -> None:
    save_network(tmp_path / "network.onnx", "Neg")
    session = open_session(tmp_path / "network.onnx", 1)
    (result,) = session.run(None, {"x": np.array([2.5], dtype=np.float32)})
    assert result.tolist() == [-2.5]


def write_garbage(path: Path) -> None:
    path.write_bytes(b"no network")


def write_unknown_operator(path: Path) -> None:
    save_network(path, "NoSuchOperator")


def write_nothing(path: Path) -> None:
    """The file is missing."""


@pytest.mark.parametrize("write", [write_garbage, write_unknown_operator, write_nothing])
def test_a_file_that_is_no_network_is_a_network_error(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path / "broken.onnx")
    with pytest.raises(NetworkError, match=r"ONNX Runtime cannot run broken\.onnx \(\d+ : "):
        open_session(tmp_path / "broken.onnx", 1)


def test_a_mistake_in_the_call_is_no_network_error(tmp_path: Path) -> None:
    save_network(tmp_path / "network.onnx")
    with pytest.raises(TypeError):
        open_session(tmp_path / "network.onnx", "one")  # type: ignore[arg-type]


def test_a_session_writes_no_identifier_of_the_machine(tmp_path: Path) -> None:
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
