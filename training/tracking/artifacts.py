"""Files that runs logged, also after the folder of the tracking store was renamed or moved.

MLflow records absolute paths. A recorded path that is missing is looked for below the folder of
the tracking store, under the same names.
"""

import shlex
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import mlflow
import sqlalchemy
from mlflow import MlflowClient
from mlflow.entities import Experiment, Run

from training.errors import TrackingError
from training.settings import tracking_uri

_LOGGED_MODEL = "models:/m-"


def model_folder(client: MlflowClient, run: Run) -> Path:
    """The model folder that a run logged: a copy, or the folder itself if it is local."""
    uri = run.data.tags["model_uri"]
    if uri.startswith(_LOGGED_MODEL):
        uri = client.get_logged_model(uri.removeprefix("models:/")).artifact_location
    downloaded = mlflow.artifacts.download_artifacts(_present(uri, run))
    (manifest,) = Path(downloaded).glob("data/*/manifest.json")
    return manifest.parent


def artifact_names(run: Run) -> set[str]:
    """Names of the files and folders that a run logged."""
    uri = _present(run.info.artifact_uri, run)
    listed = mlflow.artifacts.list_artifacts(artifact_uri=uri)
    return {PurePosixPath(item.path).name for item in listed}


def load_artifact(run: Run, name: str) -> dict[str, Any]:
    """The content of a JSON file that a run logged."""
    content: dict[str, Any] = mlflow.artifacts.load_dict(
        f"{_present(run.info.artifact_uri, run)}/{name}"
    )
    return content


def check_artifact_folder(experiment: Experiment) -> None:
    """Raise ``TrackingError`` if new runs would log into the folder's former name."""
    recorded = _local_path(experiment.artifact_location)
    if recorded is not None and not recorded.exists() and _moved(recorded) is not None:
        raise TrackingError(
            f"the experiment {experiment.name} of {tracking_uri()} logs files to {recorded}, and "
            f"that folder was renamed or moved: {_link(recorded)}"
        )


def _present(uri: str, run: Run) -> str:
    """The address of artifacts, or their present path if their folder was moved."""
    recorded = _local_path(uri)
    if recorded is None or recorded.exists():
        return uri
    moved = _moved(recorded)
    if moved is None:
        raise TrackingError(
            f"the files of the run {run.info.run_id[:8]} are missing: they were in {recorded}, and "
            f"{_store_folder() / 'mlruns'} does not have them. Move them back, or train again"
        )
    return str(moved)


def _moved(recorded: Path) -> Path | None:
    """The path below the folder of the tracking store that ends like a recorded path."""
    parts, root = recorded.parts, _store_folder()
    candidates = (root.joinpath(*parts[start:]) for start in range(1, len(parts)))
    return next((path for path in candidates if path.exists()), None)


def _link(recorded: Path) -> str:
    """The command that gives the moved folder its former name."""
    former, present = recorded, _moved(recorded) or recorded
    while former.name == present.name and present != _store_folder():
        former, present = former.parent, present.parent
    folder = "" if former.parent.exists() else f"mkdir -p {shlex.quote(str(former.parent))} && "
    return f"{folder}ln -s {shlex.quote(str(present))} {shlex.quote(str(former))}"


def _store_folder() -> Path:
    """The folder of the tracking store's file; for a server, the working folder."""
    url = tracking_uri()
    if url.startswith("sqlite"):
        return Path(sqlalchemy.make_url(url).database or "").resolve().parent
    return Path.cwd()


def _local_path(uri: str) -> Path | None:
    """The path of a local address; None for an address of a server."""
    parts = urlsplit(uri)
    if parts.scheme not in ("", "file"):
        return None
    return Path(url2pathname(parts.path) if parts.scheme else uri)
