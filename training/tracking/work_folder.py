"""Where a training keeps its checkpoints, so that the same command goes on later."""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.errors import TrainingError

_RUN_ID = "run_id"
_SECONDS = "seconds"
_CHECKPOINTS = "checkpoints"


class WorkFolder:
    """A folder of one training, told by what is trained on what and how."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.checkpoints = folder / _CHECKPOINTS
        self.checkpoints.mkdir(exist_ok=True)

    @property
    def run_id(self) -> str | None:
        """The MLflow run that began here and was not finished."""
        path = self._folder / _RUN_ID
        return path.read_text() if path.exists() else None

    def keep_run_id(self, run_id: str) -> None:
        (self._folder / _RUN_ID).write_text(run_id)

    @property
    def seconds(self) -> float:
        """How long was trained here so far."""
        path = self._folder / _SECONDS
        return float(path.read_text()) if path.exists() else 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Adds the time of the block, also of one that is interrupted, to ``seconds``."""
        started = time.perf_counter()
        try:
            yield
        finally:
            seconds = self.seconds + time.perf_counter() - started
            (self._folder / _SECONDS).write_text(str(seconds))


@contextmanager
def work_folder(training: Mapping[str, Any]) -> Iterator[WorkFolder]:
    """The folder of this training, removed when the block ends without an exception."""
    described = json.dumps(training, sort_keys=True, default=str)
    data = Path(os.environ.get("SENTIMENT_DATA_DIR", Path.home() / ".tweet-sentiment"))
    folder = data / "trainings" / hashlib.sha256(described.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TrainingError("the same training is running already: let it end") from error
        yield WorkFolder(folder)
        shutil.rmtree(folder)
