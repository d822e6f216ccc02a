import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.distilbert.checkpoints import resolve_checkpoint
from models.distilbert.classifier import DistilBertClassifier
from tests.support.champions import REPOSITORY

RESOLVE = """
import logging
from models.distilbert.checkpoints import resolve_checkpoint
logging.basicConfig()
print(*resolve_checkpoint("auto"), sep="\\n")
"""


def test_auto_without_the_hub_is_minilm_and_says_so(tmp_path: Path) -> None:
    # The hub's library reads these once, at import; the empty home holds no earlier download.
    outcome = subprocess.run(
        [sys.executable, "-c", RESOLVE],
        cwd=REPOSITORY,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, name = outcome.stdout.splitlines()
    assert name == "all-MiniLM-L6-v2"
    assert "distilbert" not in folder.lower()
    (line,) = [line for line in outcome.stderr.splitlines() if "distilbert.checkpoints" in line]
    assert "distilbert-base-uncased is not to be had" in line
    assert "taking the packaged all-MiniLM-L6-v2" in line


def test_the_packaged_checkpoint_is_a_folder_with_weights() -> None:
    folder, name = resolve_checkpoint("all-MiniLM-L6-v2")
    assert name == "all-MiniLM-L6-v2"
    files = {path.name for path in Path(folder).iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= files


@pytest.mark.parametrize("checkpoint", ["someone/some-model", "some-model"])
def test_a_name_of_the_hub_stays_as_it_is(checkpoint: str) -> None:
    assert resolve_checkpoint(checkpoint) == (checkpoint, checkpoint)


def test_a_folder_is_called_by_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "house-model"
    folder.mkdir()
    assert resolve_checkpoint(str(folder)) == (str(folder), "house-model")


def test_a_model_that_is_trained_further_keeps_its_name(
    distilbert: DistilBertClassifier, tmp_path: Path
) -> None:
    distilbert.save(tmp_path)
    assert resolve_checkpoint(str(tmp_path)) == (str(tmp_path), "random-bert")
