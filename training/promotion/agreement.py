"""Agreement of the model store of this machine with MLflow's registry about the champion.

Promotion and rollback store the model first and register it last. An interruption between the two
leaves the store ahead of the registry. Promotions on other machines leave it behind.
"""

from mlflow import MlflowClient

from models.artifacts.store import Alias, StoredModel
from training.errors import PromotionError
from training.tracking.changes import read_changes
from training.tracking.registry import registered_version


def check_agreement(
    client: MlflowClient,
    family: str,
    stored: StoredModel | None,
    candidate: str,
    force: str | None = None,
) -> None:
    """Raise ``PromotionError`` if the candidate cannot be compared with the registry's champion.

    ``stored`` is the store's champion, and ``candidate`` the run id of the candidate. The promotion
    that an interruption left unfinished passes. A forced promotion passes if the store is empty.
    """
    found = disagreement(client, family, stored)
    if found is None or (stored is None and force):
        return
    if stored is None or stored.run_id != candidate or has_served(client, family, candidate):
        raise PromotionError(found)


def has_served(client: MlflowClient, family: str, run_id: str, alias: Alias = "champion") -> bool:
    """Whether the registry has recorded a run's model with the alias, now or earlier."""
    changes = read_changes(client, family)
    return any(change.run_id == run_id and change.alias == alias for change in changes)


def disagreement(client: MlflowClient, family: str, stored: StoredModel | None) -> str | None:
    """How store and registry disagree about the champion, and the remedy; None if they agree.

    A registry without a champion agrees: the store's champion came from an archive or from another
    tracking store.
    """
    version = registered_version(client, family, "champion")
    if version is None or (stored is not None and stored.run_id == version.run_id):
        return None
    found = "no intact champion" if stored is None else f"run {stored.run_id[:8]}"
    return (
        f"the model store has {found} as the champion of {family}, the registry has run "
        f"{str(version.run_id)[:8]}: repeat the promotion or rollback that was interrupted, or "
        f"take the registry's champion with python -m training promote {family} --run champion"
    )
