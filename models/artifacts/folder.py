"""A trained model as a folder: weights, and a manifest that says what they are.

The manifest lists every file with its SHA-256; nothing is loaded before all of them are checked,
and no format in use holds code.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.arrays import FloatArray
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.drift.reference import Reference
from models.family import Backend, Classifier, Tokens
from models.registry import family_named

MANIFEST = "manifest.json"
WEIGHTS = "weights"
REFERENCE = "reference.json"
LANGUAGES = ("en",)
"""The languages of every data set that models are trained on so far."""


class ModelFolderError(Exception):
    """The folder does not hold a model as it was saved; the message says what is wrong."""


class Manifest(BaseModel):
    """What stands beside the weights."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    family: str
    checkpoint: str
    calibration: Calibration
    decision: Decision
    languages: tuple[str, ...] = Field(description="ISO 639-1 codes of what the model reads")
    files: dict[str, str] = Field(description="path below weights/ → SHA-256")


@dataclass(frozen=True)
class CalibratedScorer:
    """A ``Scorer`` that lives in this process."""

    classifier: Classifier
    calibration: Calibration

    def tokenize(self, texts: Sequence[str]) -> Tokens[Any]:
        """What the classifier reads of the texts, for ``score_tokens``."""
        return self.classifier.tokenize(texts)

    def score_tokens(self, tokens: Tokens[Any]) -> FloatArray:
        """Calibrated shares of readers, shape (n, 3), float32, of tokenized texts."""
        return self.calibration.shares(self.classifier.score(tokens))

    def score(self, texts: Sequence[str]) -> FloatArray:
        return self.score_tokens(self.tokenize(texts))


def save_model(
    folder: Path,
    family: str,
    classifier: Classifier,
    calibration: Calibration,
    decision: Decision,
    reference: Reference | None = None,
) -> Manifest:
    """Write a model into ``folder``, which must not exist yet or be empty.

    ``reference`` goes among the weights, so that it is listed and checked as they are.
    """
    weights = folder / WEIGHTS
    weights.mkdir(parents=True)
    classifier.save(weights)
    if reference is not None:
        (weights / REFERENCE).write_text(reference.model_dump_json(), encoding="utf-8")
    manifest = Manifest(
        family=family,
        checkpoint=classifier.checkpoint,
        calibration=calibration,
        decision=decision,
        languages=LANGUAGES,
        files=_digests(weights),
    )
    _write_manifest(folder, manifest)
    return manifest


def list_files(folder: Path) -> None:
    """Write the manifest anew, after files of a model were added or taken away on purpose."""
    files = _digests(folder / WEIGHTS)
    _write_manifest(folder, read_manifest(folder).model_copy(update={"files": files}))


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest alone, without reading the weights."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise ModelFolderError(f"{folder} holds no model: {MANIFEST} is missing") from error
    except ValidationError as error:
        raise ModelFolderError(
            f"{folder / MANIFEST} is not a manifest as this version writes it: train the model "
            f"again and promote it ({error})"
        ) from error


def read_reference(folder: Path) -> Reference | None:
    """The model's reference, checked; None where the model was saved without one."""
    digest = read_manifest(folder).files.get(REFERENCE)
    if digest is None:
        return None
    path = folder / WEIGHTS / REFERENCE
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFolderError(f"{path} is missing: promote the model again") from error
    if (found := hashlib.sha256(content).hexdigest()) != digest:
        raise _changed(path, found, digest)
    try:
        return Reference.model_validate_json(content)
    except ValidationError as error:
        raise ModelFolderError(f"{path} is not a model's reference: {error}") from error


def load_model(
    folder: Path, backend: Backend = "native", threads: int | None = None
) -> tuple[Manifest, CalibratedScorer]:
    """Check every file, then load; ``ModelFolderError`` where a file is not what was saved.

    ``threads`` is how many a call of the scorer may take, by default one a core.
    """
    manifest = check_model(folder)
    threads = threads or len(os.sched_getaffinity(0))
    classifier = family_named(manifest.family).load(folder / WEIGHTS, backend, threads)
    return manifest, CalibratedScorer(classifier, manifest.calibration)


def check_model(folder: Path) -> Manifest:
    """The manifest, once every file is found to be what was saved; ``ModelFolderError`` if not."""
    manifest, weights = read_manifest(folder), folder / WEIGHTS
    found = _digests(weights)
    for name, digest in manifest.files.items():
        if name not in found:
            raise ModelFolderError(f"{weights / name} is missing: promote the model again")
        if found[name] != digest:
            raise _changed(weights / name, found[name], digest)
    if extra := sorted(found.keys() - manifest.files.keys()):
        raise ModelFolderError(f"{weights / extra[0]} does not belong to the model: refusing it")
    return manifest


def manifest_digest(folder: Path) -> str:
    """SHA-256 of the manifest, for whoever keeps the folder: the manifest vouches for the rest."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _changed(path: Path, found: str, promised: str) -> ModelFolderError:
    return ModelFolderError(
        f"{path} was changed after training (SHA-256 {found[:12]}…, promised {promised[:12]}…): "
        "refusing to load it. Promote the model again."
    )


def _digests(folder: Path) -> dict[str, str]:
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            digests[path.relative_to(folder).as_posix()] = digest
    return digests


def describe(manifest: Manifest) -> dict[str, object]:
    """The manifest without its list of files, as plain values."""
    return {
        "family": manifest.family,
        "checkpoint": manifest.checkpoint,
        "scale": manifest.calibration.scale,
        "biases": list(manifest.calibration.biases),
        **asdict(manifest.decision),
    }
