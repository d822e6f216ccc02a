"""The folder of an unfinished training: checkpoints, run id and time spent."""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from training.errors import TrainingError
from training.settings import data_folder

_RUN_ID = "run_id"
_SECONDS = "seconds"
_CHECKPOINTS = "checkpoints"


class WorkFolder:
    """The files of one training, from which the same command resumes the training."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.checkpoints = folder / _CHECKPOINTS
        self.checkpoints.mkdir(exist_ok=True)

    @property
    def run_id(self) -> str | None:
        """Id of the unfinished MLflow run; None before there is one."""
        path = self._folder / _RUN_ID
        return path.read_text() if path.exists() else None

    def keep_run_id(self, run_id: str) -> None:
        (self._folder / _RUN_ID).write_text(run_id)

    @property
    def seconds(self) -> float:
        """Seconds spent on the training so far."""
        path = self._folder / _SECONDS
        return float(path.read_text()) if path.exists() else 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the time of the block to ``seconds``, even if the block raises."""
        started = time.perf_counter()
        try:
            yield
        finally:
            seconds = self.seconds + time.perf_counter() - started
            (self._folder / _SECONDS).write_text(str(seconds))


@contextmanager
def work_folder(training: Mapping[str, Any]) -> Iterator[WorkFolder]:
    """The folder of a training, named by the hash of ``training``: family, options, seed, data.

    The folder is removed if the block ends without an exception. Raises ``TrainingError`` if
    another process runs the same training.
    """
    described = json.dumps(training, sort_keys=True, default=str)
    folder = data_folder() / "trainings" / hashlib.sha256(described.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        held = FileLock(folder / "lock").acquire(blocking=False)
    except Timeout as error:
        raise TrainingError("the same training runs already: wait for its end") from error
    with held:
        yield WorkFolder(folder)
        shutil.rmtree(folder)
