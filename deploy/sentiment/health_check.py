"""A container's health check: ``health_check.py URL PID``.

0 where the URL answers. The third failure in a row after it did ends the process ``PID``: Docker
starts a container again that has ended, not one that is only unhealthy. Standard library only.
"""

import os
import signal
import sys
import tempfile
import urllib.request
from pathlib import Path

_TIMEOUT_S = 8
_FAILURES = 3
# Gone after a restart. Its length is the number of failures since the last success.
_FAILED = Path(tempfile.gettempdir()) / "health_check"


def answers(url: str) -> bool:
    try:
        # Raises for everything but 2xx.
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S):  # noqa: S310 # given by compose.yaml
            return True
    except OSError:
        return False


def main(url: str, process: int) -> int:
    if answers(url):
        _FAILED.write_bytes(b"")
        return 0
    # No file: it never answered, it is still starting.
    if _FAILED.exists():
        with _FAILED.open("ab") as file:
            file.write(b".")
        if _FAILED.stat().st_size >= _FAILURES:
            os.kill(process, signal.SIGTERM)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
