"""ONNX Runtime on the CPU: the backend that serves if there is no GPU."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class NetworkError(Exception):
    """ONNX Runtime cannot run a network. The message says why."""


def open_session(path: Path, threads: int) -> "InferenceSession":
    """A session with ``threads`` threads, which do not spin while idle: workers share the cores.

    Raises ``NetworkError`` if the file is missing or no valid network, or if the network has
    an operator that ONNX Runtime lacks on this CPU.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without VNNI, sums of products with signed 8-bit weights saturate. This makes them unsigned.
    options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(
            path,
            options,
            providers=["CPUExecutionProvider"],
            # On a CPU the fused operator is slower than the two that it replaces.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except (
        errors.EPFail,
        errors.Fail,
        errors.InvalidArgument,
        errors.InvalidGraph,
        errors.InvalidProtobuf,
        errors.NoModel,
        errors.NoSuchFile,
        errors.NotImplemented,
        errors.RuntimeException,
    ) as error:
        reason = str(error).splitlines()[0].removeprefix("[ONNXRuntimeError] : ")
        raise NetworkError(f"ONNX Runtime cannot run {path.name} ({reason})") from error
