"""ONNX Runtime on the CPU: the backend that serves where there is no GPU."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class NetworkError(Exception):
    """ONNX Runtime cannot run a network; the message says why."""


def open_session(path: Path, threads: int) -> "InferenceSession":
    """A session of so many threads, which do not spin while they wait: workers share the cores.

    Raises ``NetworkError`` where the file is no network, or has a product that the CPU lacks.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without VNNI, sums of products of signed 8-bit weights saturate: unsigned ones do not.
    options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(
            path,
            options,
            providers=["CPUExecutionProvider"],
            # On a CPU the one operator takes longer than the two that it stands for.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except Exception as error:  # the errors of ONNX Runtime have no class in common
        reason = str(error).splitlines()[0].removeprefix("[ONNXRuntimeError] : ")
        raise NetworkError(f"ONNX Runtime cannot run {path.name} ({reason})") from error
