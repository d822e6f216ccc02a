"""Cores and GPUs of this machine that the service may use."""

from functools import lru_cache
from pathlib import Path

from models.cores import usable_cores


def available_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Cores that this process may use, by its affinity and its container's quota."""
    cores = usable_cores()
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
