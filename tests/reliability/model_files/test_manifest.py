"""A manifest that an attacker wrote is refused."""

import json
from pathlib import Path

import pytest

from models.artifacts.manifest import MANIFEST, file_digests
from tests.reliability.model_files.damage import Damage, Payload, assert_refused


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
