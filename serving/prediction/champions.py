"""Champions ready to answer: found, checked, loaded and warm."""

import logging
import time

from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import ModelFolderError
from models.artifacts.store import Champion, find_champion
from models.family import Backend
from models.text.language import is_foreign
from serving.metrics import MODEL_INFO

logger = logging.getLogger("bentoml.sentiment")

# Lengths and letters as tweets have them, so that the first requests meet no first-time cost.
_WARM_UP = [
    "good",
    "the crew was lovely and we landed early " * 3,
    "late again " * 20,
    "sooo bad \u0441rew \U0001f621",
]


def require_champion(family: str, version: str = "latest") -> Champion:
    """The family's champion; ``ModelFolderError`` that says how to get one where there is none."""
    champion = find_champion(family, version)
    if champion is None:
        raise ModelFolderError(
            f"the model store holds no {family} ({version}): python -m training bootstrap makes "
            "one, or leave the family out of SENTIMENT_MODELS"
        )
    return champion


def load_warm_scorer(champion: Champion, backend: Backend, threads: int) -> CalibratedScorer:
    """Load a champion whose files are all as they were promoted, and let it score a little.

    From then on this process counts as one that scores with it.
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
