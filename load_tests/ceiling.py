"""The most that the model's arithmetic allows: the service's scorer in a loop, without HTTP."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np

from models.artifacts.folder import load_model
from models.artifacts.manifest import read_manifest
from models.family import Backend
from models.registry import family_named
from serving.settings import settings

_WARM_UP_CALLS = 20

# Given to each process of a measurement as it starts.
_together: Barrier


@dataclass(frozen=True)
class Ceiling:
    """Texts a second of ``processes`` together, and the median time of one call of one of them."""

    processes: int
    threads: int
    batch: int
    rate: float
    call_ms: float


def ceilings(
    model: Path, texts: Sequence[str], seconds: float, batches: Sequence[int]
) -> list[Ceiling]:
    """The champion's folder ``model`` on all cores, by texts in a call and split of the cores.

    The splits are one process of a thread a core, and a process of one thread on each core. Where
    the service would score on a GPU, so do they, in one process.
    """
    cores, backend = len(os.sched_getaffinity(0)), settings().scoring_backend
    on_gpu = backend == "native" and family_named(read_manifest(model).family).uses_gpu
    splits = dict.fromkeys([(1, cores)] if on_gpu else [(1, cores), (cores, 1)])
    return [
        ceiling(model, backend, texts, seconds, batch, processes, threads)
        for processes, threads in splits
        for batch in batches
    ]


def ceiling(
    model: Path,
    backend: Backend,
    texts: Sequence[str],
    seconds: float,
    batch: int,
    processes: int,
    threads: int,
) -> Ceiling:
    """So many processes of so many threads, all at the same time."""
    context = multiprocessing.get_context("spawn")
    loop = partial(_loop, model, backend, list(texts), seconds, batch)
    with ProcessPoolExecutor(
        processes, context, initializer=_start_together, initargs=(context.Barrier(processes),)
    ) as pool:
        calls = list(pool.map(loop, [threads] * processes))
    rate = sum(batch / float(np.mean(seconds)) for seconds in calls)
    call_ms = float(np.median(np.concatenate(calls))) * 1000
    return Ceiling(processes, threads, batch, rate, call_ms)


def _start_together(barrier: Barrier) -> None:
    # A process can be given a barrier only as it starts.
    global _together
    _together = barrier


def _loop(
    model: Path, backend: Backend, texts: list[str], seconds: float, batch: int, threads: int
) -> list[float]:
    """Seconds of each call, one after another for so many seconds."""
    _, scorer = load_model(model, backend, threads)
    batches = [texts[first : first + batch] for first in range(0, len(texts) - batch, batch)]
    for one in batches[:_WARM_UP_CALLS]:
        scorer.score(one)
    _together.wait()
    calls: list[float] = []
    began = now = time.perf_counter()
    while now - began < seconds:
        scorer.score(batches[len(calls) % len(batches)])
        then, now = now, time.perf_counter()
        calls.append(now - then)
    return calls
