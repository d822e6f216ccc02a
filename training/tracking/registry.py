"""Champions and challengers in MLflow's registry: one registered model for each family."""

from collections.abc import Mapping
from types import MappingProxyType

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from models.artifacts.store import Alias, stored_name

FORCED = "forced"
"""Tag of a version that was promoted although the gate refused it: the reason."""
ROLLED_BACK = "rolled_back"
"""Tag of a version that was rolled back: the reason."""

_PENDING = "pending"
_MISSING = ErrorCode.Name(RESOURCE_DOES_NOT_EXIST)


def registered_version(client: MlflowClient, family: str, alias: Alias) -> ModelVersion | None:
    """The family's version with an alias, or None."""
    name = stored_name(family)
    if not is_registered(client, family):
        return None
    number = client.get_registered_model(name).aliases.get(alias)
    if number is None:
        return None
    try:
        return client.get_model_version(name, str(number))
    except MlflowException as error:
        # A deleted version may leave its alias behind.
        if error.error_code == _MISSING:
            return None
        raise


def register(
    client: MlflowClient,
    family: str,
    run: Run,
    alias: Alias = "champion",
    tags: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Give a run's model an alias, and its version the ``tags``.

    A model that is registered already keeps its version. Returns the version.
    """
    name = stored_name(family)
    _create(client, family)
    versions = versions_of_run(client, family, run.info.run_id)
    registered = (
        versions[0]
        if versions
        else client.create_model_version(name, run.data.tags["model_uri"], run_id=run.info.run_id)
    )
    if alias == "champion" and ROLLED_BACK in registered.tags:
        client.delete_model_version_tag(name, registered.version, ROLLED_BACK)
    for tag, value in tags.items():
        client.set_model_version_tag(name, registered.version, tag, value)
    client.set_registered_model_alias(name, alias, registered.version)
    _end_promotion(client, family)
    return str(registered.version)


def begin_promotion(client: MlflowClient, family: str, alias: Alias, run_id: str) -> None:
    """Note that a model has passed the gate, and is about to be stored and registered.

    The note is gone after ``register``. If the promotion is interrupted, the note stays.
    """
    _create(client, family)
    client.set_registered_model_tag(stored_name(family), _PENDING, f"{alias} {run_id}")


def is_pending(client: MlflowClient, family: str, alias: Alias, run_id: str) -> bool:
    """Whether a promotion of the run was interrupted before the model was registered."""
    if not is_registered(client, family):
        return False
    tags = client.get_registered_model(stored_name(family)).tags
    return bool(tags.get(_PENDING) == f"{alias} {run_id}")


def restore_alias(client: MlflowClient, family: str, run_id: str) -> str:
    """Give the alias ``champion`` back to a run's version. The run itself may be deleted.

    A deleted version is registered anew. Returns the version.
    """
    versions = versions_of_run(client, family, run_id)
    if not versions:
        return register(client, family, client.get_run(run_id))
    name, version = stored_name(family), str(versions[0].version)
    if ROLLED_BACK in versions[0].tags:
        client.delete_model_version_tag(name, version, ROLLED_BACK)
    client.set_registered_model_alias(name, "champion", version)
    _end_promotion(client, family)
    return version


def withdraw_alias(client: MlflowClient, family: str, alias: Alias) -> None:
    """Take the alias from the family's model, if a version has it."""
    if registered_version(client, family, alias) is not None:
        client.delete_registered_model_alias(stored_name(family), alias)


def is_registered(client: MlflowClient, family: str) -> bool:
    """Whether the registry knows the family."""
    return bool(client.search_registered_models(f"name = '{stored_name(family)}'"))


def versions_of_run(client: MlflowClient, family: str, run_id: str) -> list[ModelVersion]:
    """The family's registered versions of a run."""
    query = f"name = '{stored_name(family)}' and run_id = '{run_id}'"
    return list(client.search_model_versions(query))


def rolled_back_runs(client: MlflowClient, family: str) -> set[str]:
    """The ids of the runs whose version was rolled back."""
    versions = client.search_model_versions(f"name = '{stored_name(family)}'")
    return {version.run_id for version in versions if ROLLED_BACK in version.tags}


def _create(client: MlflowClient, family: str) -> None:
    if not is_registered(client, family):
        client.create_registered_model(stored_name(family))


def _end_promotion(client: MlflowClient, family: str) -> None:
    if _PENDING in client.get_registered_model(stored_name(family)).tags:
        client.delete_registered_model_tag(stored_name(family), _PENDING)
