"""Rollback: the former champion of a family answers again."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from models.artifacts.manifest import ModelFolderError, check_model
from models.artifacts.signature import verify_model
from models.artifacts.store import (
    StoredModel,
    find_champion,
    find_run,
    renew_model,
    store_model,
    stored_name,
)
from training.errors import PromotionError, TrainingError
from training.promotion.model_copy import copy_of_model, run_metadata
from training.promotion.quantization import Bounds
from training.promotion.signing_key import require_signing_key
from training.settings import model_key
from training.tracking.changes import (
    Change,
    former_champions,
    now,
    read_changes,
    record_change,
    record_former,
)
from training.tracking.mlflow_runs import connect
from training.tracking.registry import (
    ROLLED_BACK,
    is_pending,
    registered_version,
    restore_alias,
    versions_of_run,
)

_NO_REASON = "no reason was given"


@dataclass(frozen=True)
class Rollback:
    """The restored champion, the run that it replaces, and the place of the restored files."""

    champion: StoredModel
    registered_version: str
    replaced_run_id: str
    source: str


def roll_back(family: str, reason: str = "") -> Rollback:
    """Make the former champion of a family the champion again, in model store and registry.

    The files come from the version in the model store, if they are intact and signed with the
    present key. Otherwise they come from the run in MLflow, whose recorded scores they must
    reproduce. The copy is signed and becomes the newest version. The registry records the reason.

    An interrupted promotion is rolled back to the registry's champion. An interrupted rollback is
    finished. Raises ``PromotionError``, and changes nothing, if there is no former champion.
    """
    private_key = require_signing_key()
    client = connect()
    present = registered_version(client, family, "champion")
    if present is None or present.run_id is None:
        raise PromotionError(f"{family} has no champion in the registry: nothing to roll back")
    stored = _stored_champion(family)
    target, replaced = _target(client, family, present.run_id, stored)
    if stored is not None and stored.run_id == target.run_id and _is_trusted(stored):
        restored, source = stored, "the version that an interrupted rollback restored"
    elif (former := find_run(family, "champion", target.run_id)) and _is_trusted(former):
        restored = renew_model(former, private_key)
        source = f"version {former.version} of the model store"
    else:
        restored, source = _from_run(client, family, target, private_key), "its run in MLflow"
    record_former(client, family)
    why = reason or _NO_REASON
    version = restore_alias(client, family, target.run_id)
    for bad in versions_of_run(client, family, replaced):
        client.set_model_version_tag(stored_name(family), bad.version, ROLLED_BACK, why)
    change = Change(
        at=now(),
        alias="champion",
        kind="rolled back",
        run_id=target.run_id,
        version=version,
        reason=f"replaces run {replaced[:8]}: {why}",
        figures=target.figures,
    )
    record_change(client, family, change)
    return Rollback(restored, version, replaced, source)


def _target(
    client: MlflowClient, family: str, registered: str, stored: StoredModel | None
) -> tuple[Change, str]:
    """The champion to restore, and the run id of the champion that it replaces."""
    served = former_champions(read_changes(client, family))
    if served and stored is not None and is_pending(client, family, "champion", stored.run_id):
        # The promotion of the store's champion was interrupted before the registry knew of it.
        return served[-1], stored.run_id
    if len(served) < 2:
        raise PromotionError(
            f"{family} has no former champion: run {registered[:8]} is the first that the registry "
            "has recorded"
        )
    return served[-2], registered


def _from_run(client: MlflowClient, family: str, target: Change, private_key: Path) -> StoredModel:
    try:
        run = client.get_run(target.run_id)
        with tempfile.TemporaryDirectory() as scratch:
            copied = copy_of_model(client, run, Path(scratch), Bounds())
            return store_model(copied.folder, run_metadata(run, copied.quantization), private_key)
    except (MlflowException, TrainingError) as error:
        raise PromotionError(
            f"the former champion of {family}, run {target.run_id[:8]}, is neither in the model "
            f"store nor in MLflow ({error}): promote another run with python -m training promote "
            f"{family} --run RUN"
        ) from error


def _stored_champion(family: str) -> StoredModel | None:
    """The store's champion; None if its metadata cannot be read."""
    try:
        return find_champion(family)
    except ModelFolderError:
        return None


def _is_trusted(model: StoredModel) -> bool:
    """Whether the files are those of the promotion, signed with the present key."""
    try:
        check_model(model.folder)
        verify_model(model.folder, model_key())
    except ModelFolderError:
        return False
    return True
