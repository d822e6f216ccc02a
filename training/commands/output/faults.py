"""Faults of files and stores that a user can correct, as one line."""

import os
from pathlib import Path

from training.settings import data_folder, tracking_uri


def explain_fault(error: Exception) -> str | None:
    """The line for an error of the file system, the tracking store or the model store.

    Returns None for any other error: a fault of this program, whose traceback is wanted.
    """
    library = type(error).__module__.partition(".")[0]
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    if library in ("mlflow", "requests", "sqlalchemy"):
        from training.tracking.store import explain_store_error

        return explain_store_error(error, tracking_uri())
    if library in ("boto3", "botocore"):
        return f"the object store of the tracked files refuses a request: {reason}"
    if library == "bentoml":
        return f"the model store {_model_store()} cannot be used ({reason}): set BENTOML_HOME"
    return _explain_file_error(error) if isinstance(error, OSError) else None


def _explain_file_error(error: OSError) -> str:
    if error.filename is None:
        return str(error)
    path, reason = Path(str(error.filename)), error.strerror or type(error).__name__
    return f"{path}: {reason}: {_remedy(path)}"


def _remedy(path: Path) -> str:
    """The setting that names the folder of a path."""
    places = {
        "BENTOML_HOME to a folder that you can write": _model_store(),
        "SENTIMENT_DATA_DIR to a folder that you can write": data_folder(),
    }
    for setting, folder in places.items():
        if path.absolute().is_relative_to(folder.absolute()):
            return f"give yourself write permission, or set {setting}"
    return "give yourself permission, free space on the disk, or name another path"


def _model_store() -> Path:
    return Path(os.environ.get("BENTOML_HOME") or Path.home() / "bentoml").expanduser()
