"""Champions of the model store, loaded and warmed up."""

import logging
import time

from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import MANIFEST, ModelFolderError, manifest_digest
from models.artifacts.store import StoredModel, find_champion
from models.family import Backend
from models.text.language import is_foreign
from serving.metrics import MODEL_INFO

logger = logging.getLogger("bentoml.sentiment")

# Texts of typical lengths and letters: each first use of a library or a kernel takes extra time.
_WARM_UP = [
    "good",
    "the crew was lovely and we landed early " * 3,
    "late again " * 20,
    "sooo bad \u0441rew \U0001f621",
]


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
            "to load the model. Start the service again."
        )
    return model


def load_warm_scorer(champion: StoredModel, backend: Backend, threads: int) -> CalibratedScorer:
    """Load a champion and warm it up; ``ModelFolderError`` if a file differs from the manifest.

    Adds this process to ``sentiment_model_info``.
    """
    started = time.perf_counter()
    _, scorer = load_model(champion.folder, backend, threads)
    for text in _WARM_UP:
        scorer.score([text])
        is_foreign(text, champion.manifest.languages)
    scorer.score(_WARM_UP)
    MODEL_INFO.labels(champion.name, champion.version, champion.run_id, backend).set(1)
    logger.info(
        "%s %s (%s) is ready after %.1f s",
        champion.name,
        champion.version,
        champion.manifest.checkpoint,
        time.perf_counter() - started,
    )
    return scorer
