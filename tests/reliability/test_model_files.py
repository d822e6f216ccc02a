"""Loading a model never executes code, even if an attacker wrote the files of its folder."""

import json
import os
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.artifacts.folder import load_model, save_model
from models.artifacts.manifest import (
    MANIFEST,
    WEIGHTS,
    ModelFolderError,
    file_digests,
)
from models.family import BACKENDS, Backend
from tests.support.champions import Workplace
from tests.support.models.confidence import CALIBRATION, DECISION
from tests.support.models.networks import ignore_keras_numpy_warning, random_lstm

Damage = Callable[[Path, "Payload"], str]


class Payload:
    """An object whose unpickling creates a file."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)

    def __bytes__(self) -> bytes:
        return pickle.dumps(self)

    @property
    def has_run(self) -> bool:
        return self.trace.exists()


@pytest.fixture
def payload(tmp_path: Path) -> Payload:
    """A payload that works: it has run once, and its trace was removed."""
    payload = Payload(tmp_path / "trace")
    pickle.loads(bytes(payload))  # noqa: S301 the test's own bytes
    assert payload.has_run
    payload.trace.rmdir()
    return payload


@pytest.fixture
def baseline(trained: Workplace, tmp_path: Path) -> Path:
    return shutil.copytree(trained.champion("baseline"), tmp_path / "model")


@pytest.fixture
def lstm(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", "lstm", random_lstm("bilstm"), CALIBRATION, DECISION)
    return tmp_path / "model"


def assert_refused(folder: Path, payload: Payload, named: str, backend: Backend) -> None:
    with pytest.raises(ModelFolderError) as caught:
        load_model(folder, backend, threads=1)
    assert not payload.has_run
    message = str(caught.value)
    assert named in message
    assert "\n" not in message


def damage_file(name: str, content: Callable[[Path, Payload], bytes]) -> Damage:
    """Replaces or adds a file, and lists it in the manifest, as an attacker would."""

    def damage(folder: Path, payload: Payload) -> str:
        path = folder / name
        path.write_bytes(content(path, payload))
        list_files(folder)
        return Path(name).name

    return damage


def list_files(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"] = file_digests(folder / WEIGHTS)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def pickled(path: Path, payload: Payload) -> bytes:
    return bytes(payload)


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


def _change_manifest(**fields: object) -> Damage:
    def damage(folder: Path, payload: Payload) -> str:
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps({**manifest, **fields}))
        return MANIFEST

    return damage


def _replace_manifest(content: bytes | None) -> Damage:
    def damage(folder: Path, payload: Payload) -> str:
        (folder / MANIFEST).write_bytes(bytes(payload) if content is None else content)
        return MANIFEST

    return damage


def _list(*names: str) -> Damage:
    """Lists files that are not below the weights. They exist, and the SHA-256 fits."""

    def damage(folder: Path, payload: Payload) -> str:
        manifest = json.loads((folder / MANIFEST).read_text())
        outside = folder.parent / "outside.json"
        outside.write_bytes(b"{}")
        digest = file_digests(folder.parent)["outside.json"]
        for name in names:
            manifest["files"][name.format(outside)] = digest
        (folder / MANIFEST).write_text(json.dumps(manifest))
        return MANIFEST

    return damage


def _list_one_more(folder: Path, payload: Payload) -> str:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["network.onnx"] = "0" * 64
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return "network.onnx"


def _list_one_less(folder: Path, payload: Payload) -> str:
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["files"]["vocabulary.json"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return "vocabulary.json"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage, id=title)
        for title, damage in [
            ("another schema", _replace_manifest(b'{"schema": 2, "tensors": []}')),
            ("a new field", _change_manifest(loader="os:system")),
            ("a pickle", _replace_manifest(None)),
            ("deep JSON", _replace_manifest(b"[" * 100_000)),
            ("an unknown family", _change_manifest(family="os.system")),
            ("a path above", _list("../outside.json", "../../outside.json")),
            ("a path in a folder and above", _list("weights/../../outside.json")),
            ("an absolute path", _list("{}")),
            ("a short digest", _change_manifest(files={"vocabulary.json": "00"})),
            ("a file that is missing", _list_one_more),
            ("a file that is not listed", _list_one_less),
        ]
    ],
)
def test_a_foreign_manifest_is_refused(baseline: Path, payload: Payload, damage: Damage) -> None:
    assert_refused(baseline, payload, damage(baseline, payload), "onnx")


def test_a_manifest_of_another_family_is_refused(baseline: Path, payload: Payload) -> None:
    _change_manifest(family="lstm")(baseline, payload)
    assert_refused(baseline, payload, "holds no model of lstm", "onnx")
    _change_manifest(family="distilbert")(baseline, payload)
    assert_refused(baseline, payload, "network.onnx", "onnx")


def _network_with_code(payload: Payload) -> Any:
    """A Keras network with a Lambda layer. A file of the network holds the layer's bytecode."""
    import keras

    code = f"lambda x: (__import__('os').makedirs({str(payload.trace)!r}, exist_ok=True), x)[1]"
    layer = keras.layers.Lambda(eval(code))  # noqa: S307 the test's own code
    network = keras.Sequential([keras.Input((3,)), layer])
    payload.trace.rmdir()
    return network


def _keras_archive(path: Path, payload: Payload) -> bytes:
    archive = path.with_name("lambda.keras")
    _network_with_code(payload).save(archive)
    content = archive.read_bytes()
    archive.unlink()
    return content


def _keras_hdf5(path: Path, payload: Payload) -> bytes:
    """Keras's older format, whose configuration holds the bytecode. It is real HDF5."""
    import keras

    old = path.with_name("lambda.h5")
    keras.saving.save_model(_network_with_code(payload), old)
    content = old.read_bytes()
    old.unlink()
    return content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.keras", _keras_archive),
        ("network.weights.h5", _keras_archive),
        ("network.weights.h5", _keras_hdf5),
        ("network.onnx", pickled),
        ("architecture.json", pickled),
    ],
)
@ignore_keras_numpy_warning
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_code_in_a_keras_file_is_never_run(
    lstm: Path, payload: Payload, name: str, content: Callable[[Path, Payload], bytes]
) -> None:
    damage_file(f"{WEIGHTS}/{name}", content)(lstm, payload)
    named = WEIGHTS if content is _keras_hdf5 else name
    assert_refused(lstm, payload, named, "native")


@ignore_keras_numpy_warning
def test_the_lambda_of_these_tests_runs_where_keras_trusts_the_file(
    payload: Payload, tmp_path: Path
) -> None:
    import keras

    path = tmp_path / "lambda.keras"
    path.write_bytes(_keras_archive(path, payload))
    assert not payload.has_run
    keras.saving.load_model(path, safe_mode=False)
    assert payload.has_run
