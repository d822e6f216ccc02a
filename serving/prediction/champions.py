"""Champions of the model store, loaded and warmed up."""

import logging
import time

from prometheus_client import Gauge

from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import MANIFEST, ModelFolderError, manifest_digest
from models.artifacts.store import StoredModel, find_champion
from models.family import Backend
from serving.metrics import MODEL_INFO, SCORING_PROCESSES
from serving.prediction.warm_up import warm_up

logger = logging.getLogger("bentoml.sentiment")

# The child of ``sentiment_model_info`` of each model that this process has loaded.
_loaded: dict[tuple[str, str], Gauge] = {}


def require_champion(family: str, version: str = "latest") -> StoredModel:
    """The family's champion; ``ModelFolderError`` if the model store has none."""
    champion = find_champion(family, version)
    if champion is None:
        raise ModelFolderError(
            f"the model store holds no {family} ({version}): python -m training bootstrap makes "
            "one, or leave the family out of SENTIMENT_MODELS"
        )
    return champion


def verified_champion(family: str, version: str, manifest_sha256: str | None) -> StoredModel:
    """The champion, if the parent has verified its manifest; else ``ModelFolderError``."""
    return check_verified(require_champion(family, version), manifest_sha256)


def check_verified(model: StoredModel, manifest_sha256: str | None) -> StoredModel:
    """The model, if its manifest has the SHA-256 of the manifest that the parent has verified.

    The manifest lists the digests of all weights, so that a worker need not verify the signature
    again. Raises ``ModelFolderError`` if the manifest differs.
    """
    if manifest_digest(model.folder) != manifest_sha256:
        raise ModelFolderError(
            f"{model.folder / MANIFEST} is not the manifest that was verified at start: refusing "
            "to load the model. Start the service again, or change the model by POST "
            "/admin/models."
        )
    return model


def load_warm_scorer(
    champion: StoredModel, backend: Backend, threads: int, *, answers: bool = True
) -> CalibratedScorer:
    """Load a champion and warm it up.

    Adds this process to ``sentiment_model_info``, and to ``sentiment_scoring_processes`` if the
    process ``answers`` clients. Raises ``ModelFolderError`` if a file differs from the manifest, or
    if the scores are no shares of readers.
    """
    started = time.perf_counter()
    _, scorer = load_model(champion.folder, backend, threads)
    warm_up(scorer, champion.manifest.languages)
    info = MODEL_INFO.labels(champion.name, champion.version, champion.run_id, backend)
    info.set(1)
    _loaded[champion.name, champion.version] = info
    if answers:
        SCORING_PROCESSES.labels(champion.name).set(1)
    logger.info(
        "%s %s (%s) is ready after %.1f s",
        champion.name,
        champion.version,
        champion.manifest.checkpoint,
        time.perf_counter() - started,
    )
    return scorer


def forget_model(family: str, version: str) -> None:
    """Remove this process from ``sentiment_model_info`` of a model that it has released."""
    info = _loaded.pop((family, version), None)
    if info is not None:
        info.set(0)
