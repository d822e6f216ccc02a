import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.artifacts.folder import REFERENCE, load_model, read_reference, save_model
from models.artifacts.manifest import MANIFEST, WEIGHTS, ModelFolderError, read_manifest
from models.baseline.classifier import BaselineClassifier
from models.drift.reference import FEATURES, Binner, Histogram, Reference, fit_reference
from tests.support.models.confidence import CALIBRATION, DECISION
from tests.support.models.sentences import SENTENCES

TEXTS = [f"{sentence} {number}" for number, sentence in enumerate(SENTENCES * 20)]
PROBABILITIES = np.linspace(0, 1, len(TEXTS), dtype=np.float32)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return fit_reference(TEXTS, TEXTS, PROBABILITIES)


@pytest.fixture
def folder(baseline: BaselineClassifier, reference: Reference, tmp_path: Path) -> Path:
    save_model(tmp_path / "model", "baseline", baseline, CALIBRATION, DECISION, reference)
    return tmp_path / "model"


def test_the_reference_is_read_as_it_was_saved(folder: Path, reference: Reference) -> None:
    assert read_reference(folder) == reference
    assert REFERENCE in read_manifest(folder).files
    _, scorer = load_model(folder)
    assert len(scorer.score(SENTENCES)) == len(SENTENCES)


def test_a_model_saved_without_a_reference_has_none(
    baseline: BaselineClassifier, tmp_path: Path
) -> None:
    save_model(tmp_path / "model", "baseline", baseline, CALIBRATION, DECISION)
    assert read_reference(tmp_path / "model") is None
    load_model(tmp_path / "model")


def test_a_changed_reference_is_refused(folder: Path) -> None:
    path = folder / WEIGHTS / REFERENCE
    path.write_text(path.read_text().replace("crew", "crow"))
    with pytest.raises(ModelFolderError, match=f"{REFERENCE} was changed"):
        read_reference(folder)
    with pytest.raises(ModelFolderError, match=f"{REFERENCE} was changed"):
        load_model(folder)


def test_a_missing_reference_is_refused(folder: Path) -> None:
    (folder / WEIGHTS / REFERENCE).unlink()
    with pytest.raises(ModelFolderError, match=f"{REFERENCE} is missing"):
        read_reference(folder)


def test_a_malformed_reference_is_refused(folder: Path) -> None:
    (folder / WEIGHTS / REFERENCE).write_text("{}")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][REFERENCE] = hashlib.sha256(b"{}").hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelFolderError, match="is not a model's reference"):
        read_reference(folder)


def test_the_histograms_count_every_held_out_tweet(reference: Reference) -> None:
    assert reference.rows == len(TEXTS)
    for name in FEATURES:
        assert sum(reference.histograms[name].counts) == len(TEXTS)
    tenths = reference.histograms["probability"].counts
    assert len(tenths) == 10
    assert max(tenths) - min(tenths) <= 2


def test_a_binner_reproduces_the_histograms_of_the_reference(reference: Reference) -> None:
    counts = Binner(reference).count(TEXTS, PROBABILITIES.tolist())
    assert counts == {name: list(reference.histograms[name].counts) for name in FEATURES}


def test_a_reference_is_small_and_holds_no_tweet(reference: Reference) -> None:
    written = reference.model_dump_json()
    assert len(written) < 100_000
    assert not any(text in written for text in TEXTS)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60))
def test_any_probabilities_make_a_reference(values: list[float]) -> None:
    texts = ["a lovely crew"] * len(values)
    reference = fit_reference(texts, texts, np.array(values, dtype=np.float32))
    assert Binner(reference).count(texts, values)["probability"] == list(
        reference.histograms["probability"].counts
    )


@pytest.mark.parametrize(
    ("edges", "counts"),
    [((), (3,)), ((1.0, 1.0), (1, 1, 1)), ((1.0,), (1, 2, 3)), ((1.0,), (0, 0)), ((1.0,), (-1, 2))],
)
def test_an_inconsistent_histogram_is_refused(
    edges: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    with pytest.raises(ValidationError):
        Histogram(edges=edges, counts=counts)


def test_a_reference_that_lacks_a_feature_is_refused(reference: Reference) -> None:
    content = reference.model_dump()
    del content["histograms"]["length"]
    with pytest.raises(ValidationError):
        Reference.model_validate(content)
