"""A log line when a worker has no free file descriptor."""

import logging
import os
import threading
import time

logger = logging.getLogger("bentoml.sentiment")

_INTERVAL_S = 0.5


def report_exhausted_descriptors() -> None:
    """Log, by a thread, when this worker has no free file descriptor and when it has one again.

    uvloop drops the connections that it cannot accept, and logs nothing.
    """
    threading.Thread(target=_watch, name="descriptor-watch", daemon=True).start()


def _watch() -> None:
    exhausted = False
    while True:
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            if not exhausted:
                logger.error(
                    "no free file descriptor, connections are dropped: %s: raise ulimit -n",
                    error.strerror,
                )
            exhausted = True
        else:
            if exhausted:
                logger.warning("file descriptors are free again")
            exhausted = False
        time.sleep(_INTERVAL_S)
