"""Loading a model never executes code, even if an attacker wrote the files of its folder."""

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from models.artifacts.manifest import WEIGHTS
from models.family import BACKENDS, Backend
from tests.reliability.model_files.damage import (
    Damage,
    Payload,
    assert_refused,
    damage_file,
    pickled,
)


def with_header(change: Callable[[bytes], bytes]) -> Callable[[Path, Payload], bytes]:
    """The safetensors file with another header; the length in front fits the header."""

    def content(path: Path, payload: Payload) -> bytes:
        original = path.read_bytes()
        (length,) = struct.unpack("<Q", original[:8])
        header = change(original[8 : 8 + length])
        return struct.pack("<Q", len(header)) + header + original[8 + length :]

    return content


def with_header_length(length: int) -> Callable[[Path, Payload], bytes]:
    return lambda path, payload: struct.pack("<Q", length) + path.read_bytes()[8:]


def overlap_tensors(header: bytes) -> bytes:
    tensors = json.loads(header)
    for tensor in tensors.values():
        tensor["data_offsets"] = [0, tensor["data_offsets"][1] - tensor["data_offsets"][0]]
    return json.dumps(tensors).encode()


def rename_tensors(header: bytes) -> bytes:
    return json.dumps({f"x{name}": tensor for name, tensor in json.loads(header).items()}).encode()


TENSORS = f"{WEIGHTS}/weights.safetensors"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage_file(name, content), id=title)
        for title, name, content in [
            ("a pickle is added", f"{WEIGHTS}/model.pkl", pickled),
            ("a pickle is added as torch writes it", f"{WEIGHTS}/pytorch_model.bin", pickled),
            ("a pickle is added without a suffix", f"{WEIGHTS}/model", pickled),
            ("a pickle is added beside the manifest", "custom_objects.pkl", pickled),
            ("a pickle replaces the tensors", TENSORS, pickled),
            ("a pickle replaces the vocabulary", f"{WEIGHTS}/vocabulary.json", pickled),
            ("the header is longer than any file", TENSORS, with_header_length(2**63)),
            ("the header is longer than the file", TENSORS, with_header_length(50_000_000)),
            ("the header is no JSON", TENSORS, with_header(lambda _: b"{" * 1000)),
            ("tensors overlap", TENSORS, with_header(overlap_tensors)),
        ]
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_file_that_could_hold_code_is_refused_by_name(
    baseline: Path, payload: Payload, damage: Damage, backend: Backend
) -> None:
    assert_refused(baseline, payload, damage(baseline, payload), backend)


def test_tensors_of_another_model_are_an_error_in_one_line(
    baseline: Path, payload: Payload
) -> None:
    damage_file(TENSORS, with_header(rename_tensors))(baseline, payload)
    assert_refused(baseline, payload, "holds no model of baseline", "onnx")


def test_a_link_is_refused(baseline: Path, payload: Payload, tmp_path: Path) -> None:
    outside = shutil.move(baseline / TENSORS, tmp_path / "outside")
    (baseline / TENSORS).symlink_to(outside)
    assert_refused(baseline, payload, "weights.safetensors", "onnx")
