"""The champion's weights in the folder layout of transformers, for the other servers."""

import shutil
from pathlib import Path

from models.artifacts.manifest import WEIGHTS
from models.artifacts.store import StoredModel

_FILES = ("config.json", "model.safetensors", "tokenizer.json")


def write_transformers_model(champion: StoredModel, folder: Path) -> Path:
    """Copy the champion's weights, configuration and tokenizer into the new ``folder``."""
    folder.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(champion.folder / WEIGHTS / name, folder / name)
    return folder
