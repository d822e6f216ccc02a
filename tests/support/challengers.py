"""Challengers in a model store, made of the family's champion."""

import shutil
from pathlib import Path

import yaml

from models.artifacts.manifest import manifest_digest, read_manifest, write_manifest
from models.artifacts.signature import sign_model
from models.artifacts.store import stored_name
from tests.support.champions import Workplace, champion_folder

VERSION = "challenger"


def store_with_challenger(
    trained: Workplace, folder: Path, family: str = "baseline", threshold: float = 0.999
) -> Path:
    """A BentoML home with copies of the family's champion as champion and as challenger.

    Both have the same probabilities. The challenger calls a text positive from ``threshold`` on.
    Its version is ``VERSION``.
    """
    home = folder / "store"
    champion, challenger = (stored_name(family, alias) for alias in ("champion", "challenger"))
    shutil.copytree(trained.home / "models" / champion, home / "models" / champion)
    copied = home / "models" / challenger / VERSION
    shutil.copytree(champion_folder(home, family), copied)
    copied.with_name("latest").write_text(copied.name)
    manifest = read_manifest(copied)
    decision = manifest.decision
    write_manifest(
        copied,
        manifest.model_copy(
            update={"decision": type(decision)(**{**vars(decision), "threshold": threshold})}
        ),
    )
    description = copied / "model.yaml"
    content = yaml.safe_load(description.read_text())
    content |= {"name": challenger, "version": copied.name}
    content["metadata"]["manifest_sha256"] = manifest_digest(copied)
    description.write_text(yaml.safe_dump(content))
    sign_model(copied, trained.model_key.with_name("model_signing_key.pem"))
    return home
