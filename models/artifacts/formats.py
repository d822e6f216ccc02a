"""File formats of weights. None of them can hold code.

A file is judged by its content, since a name proves nothing: a pickle may have the name
``network.onnx``.
"""

import json
from collections.abc import Callable
from pathlib import Path

_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
# An ONNX file is a ModelProto. Its first field is the version of the format, a variable integer.
_ONNX_FIRST_BYTE = b"\x08"


class FormatError(Exception):
    """The suffix of a file names no known format, or the content has another format."""


def check_format(path: Path) -> None:
    """Raise ``FormatError`` unless the file has the format that its suffix names."""
    if path.suffix not in _CHECKS:
        raise FormatError(f"no model has files of the format {path.suffix or 'without a suffix'}")
    _CHECKS[path.suffix](path)


def _check_json(path: Path) -> None:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise FormatError(f"its content is not JSON: {error}") from error


def _check_safetensors(path: Path) -> None:
    """The library checks the header: its length, its JSON, and gaps and overlaps of tensors."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy"):
            pass
    except SafetensorError as error:
        raise FormatError(f"its content is not safetensors: {error}") from error


def _check_hdf5(path: Path) -> None:
    _check_beginning(path, _HDF5_SIGNATURE, "HDF5")


def _check_onnx(path: Path) -> None:
    _check_beginning(path, _ONNX_FIRST_BYTE, "ONNX")


def _check_beginning(path: Path, expected: bytes, name: str) -> None:
    with path.open("rb") as file:
        if file.read(len(expected)) != expected:
            raise FormatError(f"its content is not {name}")


_CHECKS: dict[str, Callable[[Path], None]] = {
    ".json": _check_json,
    ".safetensors": _check_safetensors,
    ".h5": _check_hdf5,
    ".onnx": _check_onnx,
}
