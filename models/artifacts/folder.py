"""A trained model as a folder: ``manifest.json`` and the files below ``weights/``.

No file format in use can hold code.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.arrays import FloatArray
from models.artifacts.manifest import (
    MANIFEST,
    WEIGHTS,
    Manifest,
    ModelFolderError,
    check_digest,
    check_model,
    file_digests,
    first_fault,
    read_manifest,
    write_manifest,
)
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.cores import usable_cores
from models.drift.reference import Reference
from models.family import Backend, Classifier, Tokens
from models.inference.onnx_session import NetworkError
from models.registry import FAMILIES

REFERENCE = "reference.json"
LANGUAGES = ("en",)
"""Languages of every data set that models are trained on."""


@dataclass(frozen=True)
class CalibratedScorer:
    """A classifier with its calibration: texts become shares of readers."""

    classifier: Classifier
    calibration: Calibration

    def tokenize(self, texts: Sequence[str]) -> Tokens[Any]:
        """The inputs of ``score_tokens``."""
        return self.classifier.tokenize(texts)

    def score_tokens(self, tokens: Tokens[Any]) -> FloatArray:
        """Calibrated shares of readers, shape (n, 3), float32, of tokenized texts."""
        return self.calibration.shares(self.classifier.score(tokens))

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Calibrated shares of readers, shape (n, 3), float32, of texts."""
        return self.score_tokens(self.tokenize(texts))


def save_model(
    folder: Path,
    family: str,
    classifier: Classifier,
    calibration: Calibration,
    decision: Decision,
    reference: Reference | None = None,
) -> Manifest:
    """Write a model into ``folder``. The ``reference`` of drift becomes one of the weight files.

    Raises FileExistsError if the folder already holds a model.
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
        files=file_digests(weights),
    )
    write_manifest(folder, manifest)
    return manifest


def load_model(
    folder: Path, backend: Backend = "native", threads: int | None = None
) -> tuple[Manifest, CalibratedScorer]:
    """The manifest and the scorer. Scoring uses up to ``threads`` threads, by default one a core.

    Raises ``ModelFolderError`` if a file differs from the manifest, the family cannot read the
    files, or ONNX Runtime cannot run the network.
    """
    manifest, weights = check_model(folder), folder / WEIGHTS
    if manifest.family not in FAMILIES:
        raise ModelFolderError(
            f"{folder / MANIFEST} is of the family {manifest.family!r}, which this version lacks: "
            f"the families are {', '.join(FAMILIES)}"
        )
    threads = threads or usable_cores()
    try:
        classifier = FAMILIES[manifest.family].load(weights, backend, threads)
    except ImportError:
        raise
    except NetworkError as error:
        raise ModelFolderError(f"{error} of {weights}") from error
    except Exception as error:
        # Every library has its own errors for a file whose content it did not expect.
        reason = (str(error).splitlines() or [""])[0]
        raise ModelFolderError(
            f"{weights} holds no model of {manifest.family} that this version can load "
            f"({type(error).__name__}: {reason}): train the model again and promote it"
        ) from error
    return manifest, CalibratedScorer(classifier, manifest.calibration)


def read_reference(folder: Path) -> Reference | None:
    """The model's reference of drift. None if the model was saved without one.

    Raises ``ModelFolderError`` if the file is missing, changed or malformed.
    """
    expected = read_manifest(folder).files.get(REFERENCE)
    if expected is None:
        return None
    path = folder / WEIGHTS / REFERENCE
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFolderError(f"{path} is missing: promote the model again") from error
    check_digest(path, hashlib.sha256(content).hexdigest(), expected)
    try:
        return Reference.model_validate_json(content)
    except ValidationError as error:
        raise ModelFolderError(
            f"{path} is not a model's reference: {first_fault(error)}"
        ) from error
