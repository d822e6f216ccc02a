"""Trials of real champions, each in a process of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.artifacts.manifest import MANIFEST, SIGNATURE, WEIGHTS, update_files
from models.artifacts.signature import sign_model
from serving.model_changes.trial import TrialError, try_model
from tests.support.champions import Workplace

pytestmark = pytest.mark.training


@pytest.fixture
def champion(trained: Workplace, tmp_path: Path) -> Path:
    return shutil.copytree(trained.champion("baseline"), tmp_path / "model")


def sign_again(champion: Path, trained: Workplace) -> None:
    update_files(champion)
    sign_model(champion, trained.folder / "data" / "model_signing_key.pem")


def test_a_champion_passes_its_trial(trained: Workplace) -> None:
    try_model(trained.champion("baseline"), trained.model_key, "onnx")


def remove_the_signature(champion: Path, trained: Workplace) -> None:
    (champion / SIGNATURE).unlink()


def change_the_manifest(champion: Path, trained: Workplace) -> None:
    path = champion / MANIFEST
    path.write_text(path.read_text().replace('"threshold": 0.', '"threshold": 0.1'))


def sign_a_malformed_vocabulary(champion: Path, trained: Workplace) -> None:
    (champion / WEIGHTS / "vocabulary.json").write_text("[]")
    sign_again(champion, trained)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (remove_the_signature, "has no signature"),
        (change_the_manifest, "does not fit the model and the key"),
        (sign_a_malformed_vocabulary, "holds no model of baseline that this version can load"),
    ],
)
def test_a_damaged_champion_fails_its_trial_with_the_reason(
    trained: Workplace,
    champion: Path,
    damage: Callable[[Path, Workplace], None],
    reason: str,
) -> None:
    damage(champion, trained)
    with pytest.raises(TrialError, match=reason) as raised:
        try_model(champion, trained.model_key, "onnx")
    assert "\n" not in str(raised.value)
