"""Damage to the files of a model, as an attacker would do it."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.artifacts.folder import load_model
from models.artifacts.manifest import MANIFEST, WEIGHTS, ModelFolderError, file_digests
from models.family import Backend

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
