"""A lock that a process holds until its death, so that other processes see that it lives.

A process that is killed has no chance to say so. A client of its socket does not notice it either,
because the parent process still listens: the kernel completes the client's connection.
"""

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, lockf


class LifeLock:
    """The lock of one process, by the file ``path``.

    Without a file, and on Windows, the process counts as alive.
    """

    def __init__(self, path: Path | None) -> None:
        # The file stays open: closing it would release the lock.
        self._file = None if path is None else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def hold(self) -> None:
        """Take the lock. The kernel releases the lock when this process dies."""
        if self._file is not None and sys.platform != "win32":
            lockf(self._file, LOCK_EX)

    def is_held(self) -> bool:
        """Whether another process holds the lock."""
        if self._file is None or sys.platform == "win32":
            return True
        try:
            # A shared lock, since another process may check at the same time.
            lockf(self._file, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            return True
        lockf(self._file, LOCK_UN)
        return False
