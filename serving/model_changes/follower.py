"""A worker's thread that follows the published state: it loads models and switches to them."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path

from serving.model_changes.process_status import Failure, ProcessStatus, StatusFiles
from serving.model_changes.state import ModelVersion, ServerState, StateFile

logger = logging.getLogger("bentoml.sentiment")

_INTERVAL_S = 0.1
# Pause after a model that could not be loaded outside of a change.
_RETRY_S = 60.0


class Follower(ABC):
    """Follows the state in ``folder`` and writes the status of this process.

    The thread polls the state. The models load in the thread, while the event loop serves. Call
    ``register`` before this process reads the state, and ``start`` when its models are loaded.
    """

    def __init__(self, folder: Path, status: ProcessStatus) -> None:
        self._file, self._files = StateFile(folder), StatusFiles(folder)
        self._status = status
        self._written: ProcessStatus | None = None
        self._seen: tuple[int, int] | None = None
        self._next_try = 0.0

    @property
    def name(self) -> str:
        return self._status.name

    def register(self) -> ServerState:
        """Announce this process, and return the state that it starts with."""
        self._write()
        return self._file.read()

    def start(self) -> None:
        """Follow the state, in a thread that ends with this process."""
        self._status.starting = False
        self.report()
        threading.Thread(target=self._run, name="model-changes", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self.step()
            except Exception:
                # For instance a full disk. The thread must live as long as the process.
                logger.exception("model changes are interrupted")
                time.sleep(1)
            time.sleep(_INTERVAL_S)

    def step(self) -> None:
        """Follow the state if it is new, and report the versions that this process holds."""
        mark = self._file.mark()
        if mark != self._seen or self.has_work():
            self.follow(self._file.read())
            self._seen = mark
        self.report()

    @abstractmethod
    def follow(self, state: ServerState) -> None:
        """Load, switch and release models as the state says."""

    @abstractmethod
    def has_work(self) -> bool:
        """Whether the state has not been reached yet."""

    @abstractmethod
    def versions(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """The version that answers, and all versions in memory, of each family."""

    def report(self) -> None:
        """Write the status of this process if it has changed."""
        self._status.serving, self._status.held = self.versions()
        self._write()

    def may_try(self, state: ServerState, version: ModelVersion) -> bool:
        """Whether to load ``version``. A failed load is not tried again in the same change."""
        change = state.change
        if change and change.runs and change.candidate == version:
            return self._status.failed(change.number) is None
        return time.monotonic() > self._next_try

    def fail(self, state: ServerState, version: ModelVersion, error: Exception) -> None:
        """Report that ``version`` could not be loaded."""
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        logger.error("version %s cannot be loaded: %s", version.version, reason)
        change = state.change
        if change and change.runs and change.candidate == version:
            self._status.failure = Failure(number=change.number, reason=reason)
        else:
            self._next_try = time.monotonic() + _RETRY_S

    def _write(self) -> None:
        if self._status != self._written:
            self._files.write(self._status)
            self._written = self._status.model_copy(deep=True)
