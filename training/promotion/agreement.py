"""Agreement of the model store of this machine with MLflow's registry about the champion.

Promotion and rollback store the model first and register it last. An interruption between the two
leaves the store ahead of the registry. Promotions on other machines leave it behind.
"""

from mlflow import MlflowClient

from models.artifacts.store import StoredModel
from training.errors import PromotionError
from training.tracking.registry import is_pending, registered_version


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
    if stored is None or not (
        stored.run_id == candidate and is_pending(client, family, "champion", candidate)
    ):
        raise PromotionError(found)


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
        f"{str(version.run_id)[:8]}: repeat the promotion or rollback that was interrupted, "
        f"or take the registry's champion with python -m training promote {family} --run champion"
    )
