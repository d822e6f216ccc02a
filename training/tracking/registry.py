"""Champions in MLflow's registry: one registered model for each family, with one alias."""

from collections.abc import Mapping
from types import MappingProxyType

from mlflow import MlflowClient
from mlflow.entities import Run

from models.artifacts.store import stored_name

CHAMPION = "champion"


def register_champion(
    client: MlflowClient, family: str, run: Run, tags: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Give a run's model the alias ``champion``, and its version the ``tags``.

    A model that is registered already keeps its version. Returns the version.
    """
    name = stored_name(family)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    versions = client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
    registered = (
        versions[0]
        if versions
        else client.create_model_version(name, run.data.tags["model_uri"], run_id=run.info.run_id)
    )
    for tag, value in tags.items():
        client.set_model_version_tag(name, registered.version, tag, value)
    client.set_registered_model_alias(name, CHAMPION, registered.version)
    return str(registered.version)
