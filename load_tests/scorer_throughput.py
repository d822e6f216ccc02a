"""Throughput of the service's scorer in a loop, without HTTP: an upper bound for a server."""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Self

import numpy as np

from models.artifacts.folder import load_model
from models.artifacts.manifest import read_manifest
from models.cores import usable_cores
from models.family import Backend
from models.registry import family_named
from serving.settings import settings

_WARM_UP_CALLS = 20

# Each process of a measurement receives the barrier when it starts.
_barrier: Barrier


@dataclass(frozen=True)
class ScorerThroughput:
    """Texts per second of all ``processes``, and the median duration of one call in ms."""

    processes: int
    threads: int
    batch: int
    rate: float
    call_ms: float

    @classmethod
    def from_calls(cls, threads: int, batch: int, calls_s: Sequence[Sequence[float]]) -> Self:
        """``calls_s``: seconds of each call, a sequence for each process."""
        rate = sum(batch / float(np.mean(of_process)) for of_process in calls_s)
        call_ms = float(np.median(np.concatenate(calls_s))) * 1000
        return cls(len(calls_s), threads, batch, rate, call_ms)


def scorer_throughputs(
    model: Path, texts: Sequence[str], seconds: float, batches: Sequence[int]
) -> list[ScorerThroughput]:
    """Measure the champion in the folder ``model`` with each batch size and each core split.

    The measurement uses the backend of the service's settings.
    """
    cores, backend = usable_cores(), settings().scoring_backend
    on_gpu = backend == "native" and family_named(read_manifest(model).family).uses_gpu
    return [
        _measure(model, backend, texts, seconds, batch, processes, threads)
        for processes, threads in core_splits(cores, on_gpu)
        for batch in batches
    ]


def core_splits(cores: int, on_gpu: bool) -> list[tuple[int, int]]:
    """Processes and threads per process that use all cores; one process on a GPU."""
    return list(dict.fromkeys([(1, cores)] if on_gpu else [(1, cores), (cores, 1)]))


def _measure(
    model: Path,
    backend: Backend,
    texts: Sequence[str],
    seconds: float,
    batch: int,
    processes: int,
    threads: int,
) -> ScorerThroughput:
    context = multiprocessing.get_context("spawn")
    loop = partial(_call_durations, model, backend, list(texts), seconds, batch)
    with ProcessPoolExecutor(
        processes, context, initializer=_set_barrier, initargs=(context.Barrier(processes),)
    ) as pool:
        calls_s = list(pool.map(loop, [threads] * processes))
    return ScorerThroughput.from_calls(threads, batch, calls_s)


def _set_barrier(barrier: Barrier) -> None:
    # A barrier can be passed to a process only when it starts.
    global _barrier
    _barrier = barrier


def _call_durations(
    model: Path, backend: Backend, texts: list[str], seconds: float, batch: int, threads: int
) -> list[float]:
    """Seconds of each call of the scorer, called in a loop for ``seconds``."""
    _, scorer = load_model(model, backend, threads)
    batches = [texts[first : first + batch] for first in range(0, len(texts) - batch, batch)]
    for warm_up in batches[:_WARM_UP_CALLS]:
        scorer.score(warm_up)
    _barrier.wait()
    calls_s: list[float] = []
    began = now = time.perf_counter()
    while now - began < seconds:
        scorer.score(batches[len(calls_s) % len(batches)])
        then, now = now, time.perf_counter()
        calls_s.append(now - then)
    return calls_s
