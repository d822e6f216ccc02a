"""The end of a worker whose parent process has ended."""

import logging
import os
import signal
import threading
import time

import psutil

logger = logging.getLogger("bentoml.sentiment")

_INTERVAL_S = 0.1


def end_with_parent(parent: int) -> None:
    """Send SIGTERM to this worker, by a thread, when the process ``parent`` has ended.

    Without its parent a worker would continue to serve, but no process would replace or stop it.
    """
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while _lives(parent):
        time.sleep(_INTERVAL_S)
    logger.error("the parent process %d has ended: this worker stops", parent)
    os.kill(os.getpid(), signal.SIGTERM)


def _lives(parent: int) -> bool:
    if os.name == "posix":
        # An orphan gets another parent at once, even if the dead parent is still a zombie. This
        # check needs no file descriptor, since a worker may have no free descriptor.
        return os.getppid() == parent
    return psutil.pid_exists(parent)
