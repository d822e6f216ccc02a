"""Champions that a command needs from the model store."""

from typing import TYPE_CHECKING

from models.registry import FAMILIES
from training.errors import TrainingError

if TYPE_CHECKING:
    from models.artifacts.store import StoredModel


def champion_of(family: str) -> "StoredModel":
    """The family's champion. Raises ``TrainingError`` if there is none."""
    from models.artifacts.store import find_champion

    champion = find_champion(family)
    if champion is None:
        raise TrainingError(
            f"{family} has no champion in the model store: python -m training bootstrap makes one, "
            f"python -m training promote {family} takes it from a run"
        )
    return champion


def stored_champions() -> "dict[str, StoredModel]":
    """The champions in the model store, by family."""
    from models.artifacts.store import find_champion

    found = {family: find_champion(family) for family in FAMILIES}
    return {family: champion for family, champion in found.items() if champion is not None}


def require_champions() -> "dict[str, StoredModel]":
    """The champions by family. Raises ``TrainingError`` if the model store has none."""
    champions = stored_champions()
    if not champions:
        raise TrainingError("no champion is in the model store: python -m training bootstrap")
    return champions
