"""The engine of one machine: a pool of processes, each with a scorer of one thread."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Self

from training.scoring.engine import EngineError
from training.scoring.scored_texts import ScoredTexts
from training.scoring.text_scorer import TextScorer

# Chunks in flight for each process: the scorers stay busy while this process writes a part.
_CHUNKS_AHEAD = 4

# The scorer of a worker process.
_scorer: TextScorer


class LocalEngine:
    """Scores with the model in ``folder`` in ``processes`` worker processes."""

    def __init__(self, folder: Path, processes: int) -> None:
        self._processes = processes
        # spawn: a fork would copy the threads' locks of libraries that this process has loaded.
        self._pool = ProcessPoolExecutor(
            processes,
            multiprocessing.get_context("spawn"),
            initializer=_load_scorer,
            initargs=(folder,),
        )

    def __enter__(self) -> Self:
        # The workers load the model while this process opens its files.
        for _ in range(self._processes):
            self._pool.submit(_score, [])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def map(self, chunks: Iterator[list[str]]) -> Iterator[ScoredTexts]:
        """The answers to each chunk, in their order. Raises ``EngineError`` if a worker dies."""
        ahead: deque[Future[ScoredTexts]] = deque()
        try:
            for chunk in chunks:
                ahead.append(self._pool.submit(_score, chunk))
                if len(ahead) > _CHUNKS_AHEAD * self._processes:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        except BrokenProcessPool as error:
            raise EngineError(
                "a worker process ended abruptly: another program killed it, or the memory was "
                "used up"
            ) from error


def _load_scorer(folder: Path) -> None:
    global _scorer
    # Ctrl-C reaches all processes of the terminal. The parent ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorer = TextScorer(folder, threads=1)


def _end_with_parent() -> None:
    """End this process when its parent is gone: a killed parent cannot end its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score(chunk: list[str]) -> ScoredTexts:
    return _scorer.score(chunk)
