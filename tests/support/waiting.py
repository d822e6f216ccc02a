"""Waiting for a condition of a running server."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], patience_s: float = 60.0) -> None:
    """Return when ``condition`` is true. Fails after ``patience_s`` seconds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"not reached within {patience_s:g} s"
        time.sleep(0.05)
