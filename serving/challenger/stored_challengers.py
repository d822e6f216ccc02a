"""Challengers of the model store."""

from models.artifacts.manifest import ModelFolderError
from models.artifacts.store import StoredModel, find_model
from serving.prediction.champions import check_verified


def require_challenger(family: str, version: str = "latest") -> StoredModel:
    """The family's challenger; ``ModelFolderError`` if the model store has none."""
    challenger = find_model(family, "challenger", version)
    if challenger is None:
        raise ModelFolderError(
            f"the model store holds no challenger of {family} ({version}): python -m training "
            f"retrain {family} or python -m training promote {family} --alias challenger makes "
            "one, or unset SENTIMENT_SHADOW and SENTIMENT_SPLIT"
        )
    return challenger


def verified_challenger(family: str, version: str, manifest_sha256: str | None) -> StoredModel:
    """The challenger, if the parent has verified its manifest; else ``ModelFolderError``."""
    return check_verified(require_challenger(family, version), manifest_sha256)


def check_same_outputs(champion: StoredModel, challenger: StoredModel) -> None:
    """Raise ``ModelFolderError`` if clients of the challenger would miss the shares of readers."""
    has_neutral = champion.manifest.calibration.has_neutral
    if has_neutral and not challenger.manifest.calibration.has_neutral:
        raise ModelFolderError(
            f"SENTIMENT_SPLIT: the challenger of {champion.name} gives no shares of readers, which "
            "the champion gives: train it on three classes"
        )
