import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.distilbert.checkpoints import resolve_checkpoint
from models.distilbert.classifier import DistilBertClassifier
from tests.support.champions import REPOSITORY

RESOLVE = """
import logging, sys
from models.distilbert.checkpoints import resolve_checkpoint
logging.basicConfig()
print(*resolve_checkpoint(sys.argv[1]), sep="\\n")
"""


def resolve_offline(checkpoint: str, hub_home: Path) -> subprocess.CompletedProcess[str]:
    """Resolve a checkpoint in a process that must not reach the hub.

    The library of the hub reads its settings once, at import. ``hub_home`` holds its downloads.
    """
    return subprocess.run(
        [sys.executable, "-c", RESOLVE, checkpoint],
        cwd=REPOSITORY,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(hub_home)},
        capture_output=True,
        text=True,
        check=False,
    )


def write_download(checkpoint: str, hub_home: Path) -> Path:
    """A snapshot in the cache of the hub, as an earlier download leaves it."""
    folder = hub_home / "hub" / f"models--{checkpoint.replace('/', '--')}"
    snapshot = folder / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("0" * 40)
    (snapshot / "config.json").write_text("{}")
    return snapshot


def test_auto_falls_back_to_minilm_with_a_warning(tmp_path: Path) -> None:
    outcome = resolve_offline("auto", tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    folder, name = outcome.stdout.splitlines()
    assert name == "all-MiniLM-L6-v2"
    assert "distilbert" not in folder.lower()
    (line,) = [line for line in outcome.stderr.splitlines() if "WARNING" in line]
    assert "the checkpoint distilbert-base-uncased" in line
    assert "cannot be downloaded from the hub (LocalEntryNotFoundError" in line
    assert "falling back to the packaged all-MiniLM-L6-v2" in line


@pytest.mark.parametrize(
    "checkpoint", ["someone/some-model", "distilbert-base-uncased", "no/such/x"]
)
def test_a_named_checkpoint_that_is_missing_is_an_error(checkpoint: str, tmp_path: Path) -> None:
    outcome = resolve_offline(checkpoint, tmp_path)
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    message = outcome.stderr.splitlines()[-1]
    assert message.startswith(f"ValueError: the checkpoint {checkpoint} is no folder")
    assert "falling back" not in outcome.stderr


@pytest.mark.parametrize("checkpoint", ["someone/some-model", "some-model"])
def test_a_downloaded_checkpoint_has_the_name_of_the_hub(checkpoint: str, tmp_path: Path) -> None:
    snapshot = write_download(checkpoint, tmp_path)
    outcome = resolve_offline(checkpoint, tmp_path)
    assert outcome.stdout.splitlines() == [str(snapshot), checkpoint], outcome.stderr


def test_auto_is_distilbert_where_it_was_downloaded(tmp_path: Path) -> None:
    snapshot = write_download("distilbert-base-uncased", tmp_path)
    outcome = resolve_offline("auto", tmp_path)
    assert outcome.stdout.splitlines() == [str(snapshot), "distilbert-base-uncased"], outcome.stderr
    assert "WARNING" not in outcome.stderr


def test_the_packaged_checkpoint_is_a_folder_with_weights() -> None:
    folder, name = resolve_checkpoint("all-MiniLM-L6-v2")
    assert name == "all-MiniLM-L6-v2"
    files = {path.name for path in Path(folder).iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= files


def test_a_folder_gives_the_checkpoint_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "house-model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    assert resolve_checkpoint(str(folder)) == (str(folder), "house-model")


def test_a_folder_without_a_checkpoint_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no checkpoint: config\.json is missing"):
        resolve_checkpoint(str(tmp_path))


def test_a_saved_model_keeps_the_name_of_its_checkpoint(
    distilbert: DistilBertClassifier, tmp_path: Path
) -> None:
    distilbert.save(tmp_path)
    assert resolve_checkpoint(str(tmp_path)) == (str(tmp_path), "random-bert")
