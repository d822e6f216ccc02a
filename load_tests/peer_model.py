"""The champion's weights in the folder layout that transformers reads."""

import shutil
from pathlib import Path

from models.artifacts.manifest import WEIGHTS
from models.artifacts.store import Champion

_FILES = ("config.json", "model.safetensors", "tokenizer.json")


def write_peer_model(champion: Champion, folder: Path) -> Path:
    """Copy what transformers reads into ``folder``: the same weights that this service serves."""
    folder.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(champion.folder / WEIGHTS / name, folder / name)
    return folder
