import json
from collections.abc import Callable
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from models.artifacts.folder import load_model, save_model
from models.artifacts.manifest import MANIFEST, WEIGHTS, ModelFolderError, describe, read_manifest
from models.baseline.classifier import BaselineClassifier
from models.family import BACKENDS, Backend, Classifier
from models.reader_shares import positive_probability
from tests.support.models.confidence import CALIBRATION, DECISION
from tests.support.models.networks import ignore_keras_numpy_warning
from tests.support.models.scores import spread
from tests.support.models.sentences import SENTENCES

VOCABULARY = f"{WEIGHTS}/vocabulary.json"


@pytest.fixture
def folder(baseline: BaselineClassifier, tmp_path: Path) -> Path:
    save_model(tmp_path / "model", "baseline", baseline, CALIBRATION, DECISION)
    return tmp_path / "model"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_loaded_model_scores_like_the_saved_one(
    baseline: BaselineClassifier, folder: Path, backend: Backend
) -> None:
    expected = CALIBRATION.shares(baseline.logits(SENTENCES))
    manifest, scorer = load_model(folder, backend, threads=1)
    scores = scorer.score(SENTENCES)
    assert scores.tolist() == expected.tolist()
    assert spread(positive_probability(scores).tolist()) > 0.05
    assert (manifest.calibration, manifest.decision) == (CALIBRATION, DECISION)


def test_the_manifest_describes_the_model(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert sorted(manifest.files) == ["vocabulary.json", "weights.safetensors"]
    assert manifest.languages == ("en",)
    assert describe(manifest) == {
        "family": "baseline",
        "checkpoint": "tfidf-logistic-regression",
        "scale": 1.25,
        "biases": [0.0, 0.25, -0.5],
        "threshold": 0.6,
        "low": 0.25,
        "high": 0.875,
        "precision": 0.95,
        "coverage": 0.5,
        "promised_positive": 0.95,
        "promised_negative": 0.95,
        "promised_share": 0.25,
    }


def test_a_model_is_not_saved_over_another(baseline: BaselineClassifier, folder: Path) -> None:
    with pytest.raises(FileExistsError):
        save_model(folder, "baseline", baseline, CALIBRATION, DECISION)


def _change_one_byte(folder: Path) -> str:
    path = folder / WEIGHTS / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    return path.name


def _delete_a_file(folder: Path) -> str:
    (folder / VOCABULARY).unlink()
    return VOCABULARY


def _add_a_file(folder: Path) -> str:
    (folder / WEIGHTS / "deeper").mkdir()
    (folder / WEIGHTS / "deeper" / "extra.bin").write_bytes(b"unexpected")
    return "deeper/extra.bin"


def _delete_the_manifest(folder: Path) -> str:
    (folder / MANIFEST).unlink()
    return MANIFEST


def _fill_the_manifest_with_garbage(folder: Path) -> str:
    (folder / MANIFEST).write_bytes(b"\x80\x04garbage")
    return MANIFEST


def _delete_field(name: str) -> Callable[[Path], str]:
    def damage(folder: Path) -> str:
        manifest = json.loads((folder / MANIFEST).read_text())
        del manifest[name]
        (folder / MANIFEST).write_text(json.dumps(manifest))
        return MANIFEST

    damage.__name__ = f"_delete_the_field_{name}"
    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _change_one_byte,
        _delete_a_file,
        _add_a_file,
        _delete_the_manifest,
        _fill_the_manifest_with_garbage,
        _delete_field("files"),
        _delete_field("languages"),
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_error_of_a_damaged_folder_names_the_file(
    folder: Path, damage: Callable[[Path], str], backend: Backend
) -> None:
    name = damage(folder)
    with pytest.raises(ModelFolderError) as caught:
        load_model(folder, backend)
    assert name in str(caught.value)


@ignore_keras_numpy_warning
def test_saved_files_hold_no_code(small_model: tuple[str, Classifier], tmp_path: Path) -> None:
    family, classifier = small_model
    manifest = save_model(tmp_path / "model", family, classifier, CALIBRATION, DECISION)
    checks: dict[str, Callable[[Path], None]] = {
        ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
        ".safetensors": lambda path: _assert_numeric(*load_file(path).values()),
        ".h5": _assert_numeric_data_sets,
        ".onnx": _assert_standard_operators,
    }
    assert manifest.files
    for name in manifest.files:
        path = tmp_path / "model" / WEIGHTS / name
        checks[path.suffix](path)


def _assert_numeric(*arrays: NDArray[np.generic]) -> None:
    assert arrays
    assert all(array.dtype.kind in "fi" for array in arrays)


def _assert_numeric_data_sets(path: Path) -> None:
    # Python objects in HDF5 are data sets of kind "O".
    with h5py.File(path) as file:
        found: list[h5py.Dataset] = []
        file.visititems(lambda _, item: found.append(item) if "shape" in dir(item) else None)
        _assert_numeric(*(dataset[()] for dataset in found))


def _assert_standard_operators(path: Path) -> None:
    model = onnx.load(path, load_external_data=False)
    onnx.checker.check_model(model)
    assert {node.domain for node in model.graph.node} <= {"", "ai.onnx"}
    assert not model.functions
