"""Fill the model store for a release: ``python -m deploy.release.models ARCHIVES``.

Prints the kind of the release, which is the source of its models:

- ``registry``: the champions of MLflow's registry, if ``MLFLOW_TRACKING_URI`` is set,
- ``archives``: else the ``.bentomodel`` files in the folder ARCHIVES, if there are any. Their
  signatures must match the public key of ``SENTIMENT_MODEL_KEY``,
- ``demo``: else models trained on the embedded data set.
"""

import os
import sys
from lzma import LZMAError
from pathlib import Path
from tarfile import TarError

import bentoml
from bentoml.exceptions import BentoMLException

from models.artifacts.manifest import ModelFolderError
from models.artifacts.signature import verify_model
from models.artifacts.store import find_champion
from models.registry import FAMILIES
from training.bootstrap import train_and_promote
from training.promotion.promote import promote
from training.settings import model_key
from training.tracking.mlflow_runs import connect
from training.tracking.registry import registered_version


def main(archives: Path) -> str:
    """Returns the kind. Raises ``SystemExit`` if the source has no model."""
    if os.environ.get("MLFLOW_TRACKING_URI"):
        _from_registry()
        kind = "registry"
    elif found := sorted(archives.glob("*.bentomodel")):
        for archive in found:
            _import(archive)
        kind = "archives"
    else:
        for line in train_and_promote([name for name in FAMILIES if not find_champion(name)], 7):
            sys.stderr.write(f"{line}\n")
        kind = "demo"
    if not any(find_champion(name) for name in FAMILIES):
        raise SystemExit(f"no model came from the {kind}")
    return kind


def _import(archive: Path) -> None:
    """Add an archive's model to the store, if ``SENTIMENT_MODEL_KEY`` verifies its signature.

    BentoML refuses archives with paths or links out of the model's folder.
    """
    try:
        model = bentoml.models.import_model(str(archive))
    except (BentoMLException, LZMAError, OSError, TarError, ValueError) as error:
        raise SystemExit(f"{archive} is no archive of a model: {error}") from error
    try:
        verify_model(Path(model.path), model_key())
    except ModelFolderError as error:
        bentoml.models.delete(model.tag)
        raise SystemExit(f"{archive}: {error}") from error


def _from_registry() -> None:
    """Take the registry's champions. Promotion judged them, and does not judge them again."""
    client = connect()
    for family in FAMILIES:
        version = registered_version(client, family, "champion")
        if version is None:
            sys.stderr.write(f"{family} has no champion in the registry\n")
            continue
        promote(client.get_run(str(version.run_id)), family)


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))}\n")
