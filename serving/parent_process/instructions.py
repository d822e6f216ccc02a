"""Instructions of the parent process to its worker processes, in one environment variable."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp

import psutil

# The name does not begin with SENTIMENT_, since the variable is no setting.
_VARIABLE = "PARENT_OF_SENTIMENT_WORKERS"
_METRICS = "metrics"
_CHANGES = "model-changes"
_FOLDER = "sentiment-workers-"


@dataclass(frozen=True)
class Instructions:
    """Values that all workers of one parent process share.

    - ``parent_pid``: process id of the parent, 0 outside of a worker
    - ``secret``: signs prediction ids
    - ``folder``: the folder of the workers' shared counters, metrics and model changes
    - ``challengers``: version, and SHA-256 of the manifest whose signature the parent has verified,
      of each challenger that runs
    """

    parent_pid: int = 0
    secret: str = field(default="", repr=False)
    folder: str = ""
    challengers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def signing_secret(self) -> str:
        """The secret; ``RuntimeError`` outside of a worker."""
        if not self.secret:
            raise RuntimeError(
                "no parent process gave this process a secret: start it with bentoml serve"
            )
        return self.secret

    def shared_file(self, name: str) -> Path | None:
        """A file of the folder that the workers share, None if there is no folder."""
        folder = Path(self.folder)
        return folder / name if self.folder and folder.is_dir() else None

    def changes_folder(self) -> Path:
        """The folder of model changes; ``RuntimeError`` outside of a worker."""
        folder = self.shared_file(_CHANGES)
        if folder is None:
            raise RuntimeError(
                "no parent process coordinates this process: start it with bentoml serve"
            )
        return folder


def instruct_workers(
    secret: str, challengers: Mapping[str, Sequence[str]] | None = None
) -> Instructions:
    """Set the instructions in the environment of all workers that start from now on.

    Makes the folder that the workers share. Only this account can open the folder.
    """
    _remove_abandoned_folders()
    folder = Path(mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
    for name in (_METRICS, _CHANGES):
        (folder / name).mkdir()
    instructions = Instructions(os.getpid(), secret, str(folder), challengers or {})
    os.environ[_VARIABLE] = json.dumps(asdict(instructions))
    return instructions


def _remove_abandoned_folders() -> None:
    """Delete the folders of this account's parent processes that were killed."""
    for folder in Path(gettempdir()).glob(f"{_FOLDER}*-*"):
        parent = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if parent.isdigit() and not psutil.pid_exists(int(parent)):
            rmtree(folder, ignore_errors=True)


def instructions() -> Instructions:
    """The instructions of the parent process of this worker."""
    return Instructions(**json.loads(os.environ.get(_VARIABLE, "{}")))


def use_metrics_folder() -> None:
    """Let this worker write its metrics into the folder that only its siblings share.

    Each start on the same ``BENTOML_HOME`` empties BentoML's own folder of metrics. Call this
    function before ``prometheus_client`` creates the first metric.
    """
    folder = instructions().shared_file(_METRICS)
    if folder is not None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
