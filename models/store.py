"""Champions in the BentoML model store, one name a family, the newest version serving."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bentoml
from bentoml.exceptions import NotFound

from models.folder import Manifest, describe, read_manifest


@dataclass(frozen=True)
class Champion:
    """A promoted model: where it lies and what it is."""

    name: str
    version: str
    run_id: str
    folder: Path
    manifest: Manifest


def stored_name(family: str) -> str:
    return f"sentiment-{family}"


def find_champion(family: str, version: str = "latest") -> Champion | None:
    """The family's promoted model, or None where there is none."""
    try:
        model = bentoml.models.get(f"{stored_name(family)}:{version}")
    except NotFound:
        return None
    folder = Path(model.path)
    return Champion(
        name=family,
        version=str(model.tag.version),
        run_id=str(model.info.metadata["run_id"]),
        folder=folder,
        manifest=read_manifest(folder),
    )


def store_model(source: Path, metadata: Mapping[str, Any]) -> Champion:
    """Copy a model folder into the store as the family's newest version.

    ``metadata`` must hold the ``run_id`` that trained it; threshold, band and checkpoint are added.
    """
    import shutil

    manifest = read_manifest(source)
    with bentoml.models.create(
        stored_name(manifest.family),
        labels={"family": manifest.family, "checkpoint": manifest.checkpoint},
        metadata={**describe(manifest), **metadata},
    ) as model:
        shutil.copytree(source, model.path, dirs_exist_ok=True)
    champion = find_champion(manifest.family, str(model.tag.version))
    if champion is None:
        raise RuntimeError(f"{model.tag} was stored but is not found in the model store")
    return champion


def delete_model(champion: Champion) -> None:
    bentoml.models.delete(f"{stored_name(champion.name)}:{champion.version}")
