"""The manifest of a model folder: metadata, and the SHA-256 of every file.

No file is loaded before all files have been compared with the manifest.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from models.artifacts.formats import FormatError, check_format
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision

MANIFEST = "manifest.json"
WEIGHTS = "weights"
SIGNATURE = "model.sig"
STORE_METADATA = "model.yaml"
_MEMBERS = {MANIFEST, WEIGHTS, SIGNATURE, STORE_METADATA}


class ModelFolderError(Exception):
    """A folder holds no intact model. The message is one line with the file and the fault."""


def _require_path_below(name: str) -> str:
    """The path, if it is normalized and stays below its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name or "\\" in name:
        raise ValueError("not a path below weights/")
    return name


WeightsPath = Annotated[str, AfterValidator(_require_path_below)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """The content of ``manifest.json``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    family: str
    checkpoint: str
    calibration: Calibration
    decision: Decision
    languages: tuple[str, ...] = Field(description="ISO 639-1 codes of what the model reads")
    files: dict[WeightsPath, Sha256] = Field(description="path below weights/ → SHA-256")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a model folder, over an earlier one."""
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder. The weights are not read.

    Raises ``ModelFolderError`` if the manifest is missing or malformed.
    """
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise ModelFolderError(f"{folder} holds no model: {MANIFEST} is missing") from error
    except ValidationError as error:
        raise ModelFolderError(
            f"{folder / MANIFEST} is not a manifest as this version writes it: train the model "
            f"again and promote it ({first_fault(error)})"
        ) from error


def first_fault(error: ValidationError) -> str:
    """The first fault of a document in one line: its place and its kind."""
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part)[:80] for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else fault["msg"]


def update_files(folder: Path) -> None:
    """List the files anew in the manifest, after weights were added or removed on purpose."""
    files = file_digests(folder / WEIGHTS)
    write_manifest(folder, read_manifest(folder).model_copy(update={"files": files}))


def check_model(folder: Path) -> Manifest:
    """The manifest, after every file has been compared with it.

    Raises ``ModelFolderError`` if a file is missing, changed or not listed, or has a format that no
    model has.
    """
    manifest, weights = read_manifest(folder), folder / WEIGHTS
    _check_members(folder)
    found = file_digests(weights)
    for name, expected in manifest.files.items():
        if name not in found:
            raise ModelFolderError(f"{weights / name} is missing: promote the model again")
        check_digest(weights / name, found[name], expected)
    if extra := sorted(found.keys() - manifest.files.keys()):
        raise _foreign(weights / extra[0])
    for name in manifest.files:
        try:
            check_format(weights / name)
        except FormatError as error:
            raise ModelFolderError(f"{weights / name} cannot be loaded: {error}") from error
    return manifest


def _check_members(folder: Path) -> None:
    """Raise ``ModelFolderError`` at a foreign file, a link or a device in a model folder."""
    for path in sorted(folder.iterdir()):
        if path.name not in _MEMBERS:
            raise _foreign(path)
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ModelFolderError(f"{path} is no regular file: refusing the model")


def _foreign(path: Path) -> ModelFolderError:
    return ModelFolderError(f"{path} does not belong to the model: refusing it")


def check_digest(path: Path, found: str, expected: str) -> None:
    """Raise ``ModelFolderError`` if the SHA-256 of a file differs from the expected SHA-256."""
    if found != expected:
        raise ModelFolderError(
            f"{path} was changed after training (SHA-256 {found[:12]}…, promised "
            f"{expected[:12]}…): refusing to load it. Promote the model again."
        )


def manifest_digest(folder: Path) -> str:
    """SHA-256 of the manifest, which lists the SHA-256 of every other file of the folder."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path in the folder."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            digests[path.relative_to(folder).as_posix()] = digest
    return digests


def describe(manifest: Manifest) -> dict[str, object]:
    """The manifest without its files, flat, as plain values: metadata of the model store."""
    return {
        "family": manifest.family,
        "checkpoint": manifest.checkpoint,
        "scale": manifest.calibration.scale,
        "biases": list(manifest.calibration.biases),
        **asdict(manifest.decision),
    }
