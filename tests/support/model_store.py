"""Where a model store keeps a champion."""

from pathlib import Path

from models.artifacts.store import stored_name


def champion_folder(home: Path, family: str) -> Path:
    """The newest version of a family in the store of a BentoML home."""
    folder = home / "models" / stored_name(family)
    return folder / (folder / "latest").read_text().strip()
