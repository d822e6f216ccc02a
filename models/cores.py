"""Cores of this machine."""

import os


def usable_cores() -> int:
    """Cores that this process may use: those of its affinity, on macOS and Windows all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
