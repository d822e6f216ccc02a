"""Versions of a champion in a model store of their own."""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import yaml

from models.artifacts.manifest import SIGNATURE, manifest_digest, update_files
from models.artifacts.signature import sign_model
from models.artifacts.store import stored_name

_METADATA = "model.yaml"
_LATEST = "latest"


def copy_champion(champion: Path, home: Path, family: str) -> str:
    """Copy a champion's folder into the model store of a BentoML home. Returns its version."""
    versions = _versions(home, family)
    shutil.copytree(champion, versions / champion.name)
    (versions / _LATEST).write_text(champion.name, encoding="utf-8")
    return champion.name


def add_version(
    home: Path, family: str, private_key: Path, change: Callable[[Path], None] = lambda folder: None
) -> str:
    """Store the newest version of a family once more, with a new name and signature.

    ``change`` may change the files of the new version before the signature. Returns the version.
    """
    versions = _versions(home, family)
    newest = versions / (versions / _LATEST).read_text(encoding="utf-8").strip()
    version = secrets.token_hex(8)
    folder = versions / version
    shutil.copytree(newest, folder)
    (folder / SIGNATURE).unlink()
    change(folder)
    update_files(folder)
    metadata = yaml.safe_load((folder / _METADATA).read_text(encoding="utf-8"))
    metadata["version"] = version
    metadata["metadata"]["manifest_sha256"] = manifest_digest(folder)
    (folder / _METADATA).write_text(yaml.safe_dump(metadata, sort_keys=False), encoding="utf-8")
    sign_model(folder, private_key)
    (versions / _LATEST).write_text(version, encoding="utf-8")
    return version


def _versions(home: Path, family: str) -> Path:
    return home / "models" / stored_name(family)
