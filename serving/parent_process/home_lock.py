"""The lock of a BentoML home: one server on one home."""

import logging
import os
from pathlib import Path

from filelock import FileLock, Timeout

from serving.parent_process.start_error import StartError

logger = logging.getLogger("bentoml.sentiment")


class HomeLock:
    """Lock of ``BENTOML_HOME``, held by the parent process until the process ends.

    BentoML empties folders of its home at each start, even if the start then fails. The operating
    system releases the lock of a killed process.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = FileLock(home / "serving.lock")
        self._process_id = home / "serving.pid"

    def acquire(self) -> None:
        """Raise ``StartError`` if a server holds the lock."""
        try:
            self._lock.acquire(blocking=False)
            self._process_id.write_text(str(os.getpid()), encoding="ascii")
        except Timeout as error:
            raise StartError(
                f"process {self._holder()} already serves on BENTOML_HOME {self._home}: "
                "stop it, or set BENTOML_HOME to another folder"
            ) from error
        except OSError as error:
            # On a read-only home a start can empty no folder.
            logger.warning("BENTOML_HOME %s is not locked: %s", self._home, error.strerror)

    def release(self) -> None:
        self._lock.release()

    def _holder(self) -> str:
        try:
            return self._process_id.read_text(encoding="ascii")
        except OSError:
            return "unknown"


def bentoml_home() -> Path:
    """The home that BentoML uses, as its documentation describes it."""
    return Path(os.environ.get("BENTOML_HOME") or Path.home() / "bentoml")
