"""The health check of a container: ``health_check.py URL PID``.

Exits with 0 if the URL answers with 2xx, else with 1. After a first success, the third failure in
a row ends the process ``PID``: Docker restarts an ended container, but no unhealthy one. The script
needs the standard library alone.
"""

import os
import signal
import sys
import tempfile
import urllib.request
from pathlib import Path

_TIMEOUT_S = 8
_FAILURES = 3
# The length of the file counts the failures since the last success. A restart removes the file.
_FAILED = Path(tempfile.gettempdir()) / "health_check"


def answers(url: str) -> bool:
    try:
        # urlopen raises an OSError for every status but 2xx.
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S):  # noqa: S310 # given by compose.yaml
            return True
    except OSError:
        return False


def main(url: str, process: int) -> int:
    if answers(url):
        _FAILED.write_bytes(b"")
        return 0
    # Without the file the service is still starting.
    if _FAILED.exists():
        with _FAILED.open("ab") as file:
            file.write(b".")
        if _FAILED.stat().st_size >= _FAILURES:
            os.kill(process, signal.SIGTERM)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
