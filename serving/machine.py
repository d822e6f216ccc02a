"""Cores and GPUs of this machine that the service may use."""

import os
from functools import lru_cache
from pathlib import Path


def available_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Cores that this process may use, by its affinity and its container's quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        microseconds, period = quota.read_text().split()
    except OSError:
        return cores
    if microseconds == "max":
        return cores
    return max(1, min(cores, int(microseconds) // int(period)))


@lru_cache(maxsize=1)
def count_gpus() -> int:
    """Number of NVIDIA GPUs, by the driver, without loading a deep learning library."""
    import pynvml

    try:
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetCount())
    except pynvml.NVMLError:
        return 0
