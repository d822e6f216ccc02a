"""Samples of a server's resources over time, and their growth by a linear fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel

from tests.support.servers import Server

_MIB = 1024 * 1024
# Share of the samples in which caches fill and each worker loads the scrubbing model.
_WARM_UP = 0.4


class ProcessSample(BaseModel):
    """Resources of one process. ``memory_mib`` is the memory that no other process shares."""

    memory_mib: float
    descriptors: int
    threads: int


class Sample(BaseModel):
    """Resources of a server ``minutes`` after the first sample. Keys of ``processes`` are pids."""

    minutes: float
    processes: dict[int, ProcessSample]
    series: int


@dataclass(frozen=True)
class Growth:
    """Growth of a server after its warm-up. Each figure is that of the process that grows most.

    ``descriptors`` and ``threads`` are slopes of the linear fit times the fitted minutes.
    ``series`` is the difference between the most and the fewest metric series of a sample.
    """

    minutes: float
    memory_mib_a_minute: float
    descriptors: float
    threads: float
    series: int


def take_sample(server: Server, minutes: float) -> Sample:
    processes = {}
    for process in server.processes():
        with process.oneshot():
            processes[process.pid] = ProcessSample(
                memory_mib=process.memory_full_info().uss / _MIB,
                descriptors=process.num_fds(),
                threads=process.num_threads(),
            )
    return Sample(minutes=minutes, processes=processes, series=server.count_series())


def fit_growth(samples: Sequence[Sample]) -> Growth:
    """The growth after the warm-up. Raises ``ValueError`` if a process ended or was started."""
    fitted = samples[int(len(samples) * _WARM_UP) :]
    pids = {frozenset(sample.processes) for sample in fitted}
    if len(pids) != 1:
        raise ValueError(f"the server's processes changed: {sorted(map(sorted, pids))}")
    (processes,) = pids
    minutes = np.array([sample.minutes for sample in fitted])

    def steepest(resource: Callable[[ProcessSample], float]) -> float:
        """The largest slope of the processes, in units a minute."""
        return max(
            float(np.polyfit(minutes, [resource(s.processes[pid]) for s in fitted], 1)[0])
            for pid in processes
        )

    duration = float(minutes[-1] - minutes[0])
    series = [sample.series for sample in fitted]
    return Growth(
        minutes=duration,
        memory_mib_a_minute=steepest(lambda process: process.memory_mib),
        descriptors=steepest(lambda process: process.descriptors) * duration,
        threads=steepest(lambda process: process.threads) * duration,
        series=max(series) - min(series),
    )
