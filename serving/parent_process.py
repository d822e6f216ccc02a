"""Environment variables by which the parent process instructs its worker processes."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

_VERSIONS = "SENTIMENT_SERVED_VERSIONS"
_WORKERS_FOLDER = "SENTIMENT_WORKERS_FOLDER"


def instruct_workers(versions: Mapping[str, str], folder: str) -> None:
    """Set the version to serve of each family, and the folder of the workers' shared counters."""
    os.environ[_VERSIONS] = json.dumps(versions)
    os.environ[_WORKERS_FOLDER] = folder


def served_version(family: str) -> str:
    """The version to serve, ``latest`` outside of a worker.

    All workers serve one version. A promotion changes only the version that the next parent
    process chooses, even if a worker is restarted after it.
    """
    versions: dict[str, str] = json.loads(os.environ.get(_VERSIONS, "{}"))
    return versions.get(family, "latest")


def workers_folder() -> Path | None:
    """The folder of the workers' shared counters, None if it does not exist."""
    folder = os.environ.get(_WORKERS_FOLDER, "")
    return Path(folder) if folder and Path(folder).is_dir() else None
