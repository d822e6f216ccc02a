"""Models in the BentoML model store: one name for each alias of a family.

The newest version of a name has the alias.
"""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import bentoml
from bentoml.exceptions import BentoMLException, NotFound

from models.artifacts.manifest import (
    MANIFEST,
    SIGNATURE,
    STORE_METADATA,
    Manifest,
    ModelFolderError,
    check_model,
    describe,
    manifest_digest,
    read_manifest,
)
from models.artifacts.signature import sign_model

Alias = Literal["champion", "challenger"]
"""``champion``: the model that answers. ``challenger``: a candidate that passed the gate."""

_PROMOTED = {"run_id", "test_digest", "manifest_sha256"}
"""Metadata that promotion gives to every model of the store."""


@dataclass(frozen=True)
class StoredModel:
    """A champion or a challenger: its place in the store, and its metadata.

    ``int8``: measurements of promotion on the quantized network, None without such a network.
    ``forced``: the reason of a promotion past the gate, empty if the gate passed the model.
    """

    name: str
    version: str
    run_id: str
    test_digest: str
    folder: Path
    manifest: Manifest
    int8: Mapping[str, Any] | None = None
    forced: str = ""


def stored_name(family: str, alias: Alias = "champion") -> str:
    """The name in the model store."""
    return f"sentiment-{family}" if alias == "champion" else f"sentiment-{family}-{alias}"


def find_champion(family: str, version: str = "latest") -> StoredModel | None:
    """The family's champion, or None. Raises ``ModelFolderError`` as ``find_model`` does."""
    return find_model(family, "champion", version)


def find_model(family: str, alias: Alias, version: str = "latest") -> StoredModel | None:
    """The family's model with an alias, or None.

    Raises ``ModelFolderError`` if no promotion stored the model, or if the manifest was changed
    after promotion or is of another family.
    """
    try:
        model = bentoml.models.get(f"{stored_name(family, alias)}:{version}")
    except NotFound:
        return None
    folder, metadata = Path(model.path), model.info.metadata
    manifest = read_manifest(folder)
    if missing := _PROMOTED - metadata.keys():
        raise ModelFolderError(
            f"{folder} was not stored by a promotion ({min(missing)} is missing in its model.yaml):"
            " promote a model"
        )
    if manifest_digest(folder) != metadata["manifest_sha256"]:
        raise ModelFolderError(
            f"the manifest in {folder} was changed after promotion: refusing to load the model. "
            "Promote it again."
        )
    if manifest.family != family:
        raise ModelFolderError(
            f"{folder / MANIFEST} is of the family {manifest.family!r}, not of {family}: refusing "
            "to load the model. Promote one of the family."
        )
    int8 = metadata.get("int8")
    return StoredModel(
        name=family,
        version=str(model.tag.version),
        run_id=str(metadata["run_id"]),
        test_digest=str(metadata["test_digest"]),
        folder=folder,
        manifest=manifest,
        int8=int8 if isinstance(int8, Mapping) else None,
        forced=str(metadata.get("forced", "")),
    )


def find_version(family: str, alias: Alias, version: str = "latest") -> str | None:
    """The version, if the store holds it, else None. No file of the model is read."""
    try:
        found = str(bentoml.models.get(f"{stored_name(family, alias)}:{version}").tag.version)
    except BentoMLException:
        return None
    # BentoML also finds a version by its beginning.
    return found if version in ("latest", found) else None


def store_model(
    source: Path, metadata: Mapping[str, Any], private_key: Path, alias: Alias = "champion"
) -> StoredModel:
    """Copy a model folder into the store as the newest version with the alias, and sign it.

    ``metadata`` must hold the ``run_id`` and the ``test_digest`` of the training. The manifest's
    values are added. Raises ``ModelFolderError``, and stores nothing, if a file differs from the
    manifest.
    """
    manifest = read_manifest(source)
    with bentoml.models.create(
        stored_name(manifest.family, alias),
        labels={"family": manifest.family, "checkpoint": manifest.checkpoint},
        metadata={
            **describe(manifest),
            **metadata,
            "manifest_sha256": manifest_digest(source),
        },
    ) as model:
        shutil.copytree(source, model.path, dirs_exist_ok=True)
        check_model(Path(model.path))
    try:
        # The signature covers BentoML's metadata, which exists only in the store.
        sign_model(Path(bentoml.models.get(model.tag).path), private_key)
    except Exception:
        bentoml.models.delete(model.tag)
        raise
    stored = find_model(manifest.family, alias, str(model.tag.version))
    if stored is None:
        raise RuntimeError(f"{model.tag} was stored but is not found in the model store")
    return stored


def find_run(family: str, alias: Alias, run_id: str) -> StoredModel | None:
    """The newest intact version with the alias that came from a training run, or None."""
    try:
        models = bentoml.models.list(stored_name(family, alias))
    except NotFound:
        return None
    of_run = [model for model in models if model.info.metadata.get("run_id") == run_id]
    for model in sorted(of_run, key=lambda model: model.creation_time, reverse=True):
        try:
            found = find_model(family, alias, str(model.tag.version))
            check_model(Path(model.path))
        except ModelFolderError:
            continue
        return found
    return None


def renew_model(model: StoredModel, private_key: Path, alias: Alias = "champion") -> StoredModel:
    """Store a copy of a version, with its metadata, as the newest version with the alias.

    BentoML's ``latest`` is the version that was created last, so that no older version can stay the
    latest. Raises ``ModelFolderError`` as ``store_model`` does.
    """
    stored = bentoml.models.get(f"{stored_name(model.name, alias)}:{model.version}")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "model"
        # The copy gets metadata and a signature of its own.
        own = shutil.ignore_patterns(SIGNATURE, STORE_METADATA)
        shutil.copytree(model.folder, source, ignore=own)
        return store_model(source, stored.info.metadata, private_key, alias)


def delete_models(family: str, alias: Alias) -> None:
    """Delete all versions with an alias from the store."""
    with suppress(NotFound):
        for model in bentoml.models.list(stored_name(family, alias)):
            bentoml.models.delete(model.tag)
