"""The interval after which a thread of Python passes the interpreter lock on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SHORT_S = 0.0005


@contextmanager
def short_switch_interval() -> Iterator[None]:
    """Let the event loop wait for at most 0.5 ms for the lock of a thread that loads a model.

    By default a thread keeps the lock for 5 ms, several times in the course of one request.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SHORT_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
