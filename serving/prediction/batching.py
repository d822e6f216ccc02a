"""Adaptive batching: what comes while the scorer is idle leaves at once, the rest together.

There is no timer. What BentoML's own dispatcher does instead: docs/performance.md.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

import numpy as np

from models.arrays import FloatArray
from serving.prediction.scoring import COLUMNS, ScoreBatch
from serving.prediction.timing import Stages
from serving.workers.cores import Cores

_KEPT = 0.95  # of what a text was thought to take, with each newer one


class QueueFullError(Exception):
    """More texts are waiting than the queue admits, or they would wait for longer."""


@dataclass(eq=False)
class _Job:
    """The texts of one request, which may leave in several batches."""

    texts: list[str]
    stages: Stages
    waiting: int
    scores: FloatArray
    done: "asyncio.Future[FloatArray]" = field(default_factory=asyncio.Future)
    scored: int = 0


class Batcher:
    """Groups the texts of concurrent requests for one scorer, and for each idle one of ``cores``.

    Every other text of a batch is the oldest request's, so that one of many ends though others keep
    coming; the rest are one of each request in turn, so that one of a single text never waits for
    the whole of another. At most ``queue_texts`` wait. That none waits for others for more than
    about ``queue_s``, none is taken that would wait for half of it at the pace of the latest calls,
    and a batch, for which each of its answers waits, takes a tenth of it, or ``batch_texts``.
    """

    def __init__(
        self,
        score: ScoreBatch,
        batch_texts: int,
        queue_texts: int,
        queue_s: float,
        waiting_changed: Callable[[int], None] = lambda by: None,
        cores: Cores | None = None,
    ) -> None:
        self._score, self._waiting_changed = score, waiting_changed
        self._batch_texts, self._queue_texts = batch_texts, queue_texts
        self._wait_s, self._batch_s = queue_s / 2, queue_s / 10
        self._cores = cores or Cores()
        self._text_s, self.waiting = 0.0, 0
        # Requests that have left are dropped when their turn comes.
        self._in_turn, self._by_age = deque[_Job](), deque[_Job]()
        self._queues = cycle((self._by_age, self._in_turn))
        self._calls: set[asyncio.Task[None]] = set()

    async def submit(self, texts: list[str], stages: Stages) -> FloatArray:
        """Scores of ``texts`` in order, shape (n, COLUMNS); ``stages`` gets what the time went to.

        Raises ``QueueFullError``, or what the scorer raised. Cancelling the call takes its waiting
        texts out of the queue.
        """
        before = sum(min(job.waiting, len(texts)) for job in self._in_turn)
        if self.waiting + len(texts) > self._queue_texts or before * self._text_s > self._wait_s:
            raise QueueFullError
        job = _Job(texts, stages, len(texts), np.empty((len(texts), COLUMNS), np.float32))
        self._in_turn.append(job)
        self._by_age.append(job)
        self._change_waiting(len(texts))
        self._start_call()
        submitted = time.perf_counter()
        try:
            return await job.done
        finally:
            scored_s = stages.tokenize_s + stages.infer_s
            stages.queue_s += time.perf_counter() - submitted - scored_s
            if job.waiting:
                self._change_waiting(-job.waiting)
            # It stays until its turn, its texts need not.
            job.waiting, job.texts = 0, []

    def _change_waiting(self, by: int) -> None:
        self.waiting += by
        self._waiting_changed(by)

    def _start_call(self) -> None:
        if self.waiting and (not self._calls or self._cores.is_one_idle()):
            self._cores.begin_call()
            self._calls.add(call := asyncio.create_task(self._call()))
            call.add_done_callback(self._end_call)

    async def _call(self) -> None:
        if self.waiting:
            batch = self._next_batch()
            self._start_call()
            await self._score_batch(batch)

    def _end_call(self, call: asyncio.Task[None]) -> None:
        self._calls.remove(call)
        self._cores.end_call()
        if not call.cancelled():
            self._start_call()

    def _next_batch(self) -> list[tuple[_Job, int]]:
        batch: list[tuple[_Job, int]] = []
        in_time = self._batch_s / self._text_s if self._text_s else self._batch_texts
        while len(batch) < min(self.waiting, self._batch_texts, max(1, int(in_time))):
            jobs = next(self._queues)
            while not jobs[0].waiting:
                jobs.popleft()
            batch.append((jobs[0], len(jobs[0].texts) - jobs[0].waiting))
            jobs[0].waiting -= 1
            if jobs is self._in_turn:
                jobs.rotate(-1)
        self._change_waiting(-len(batch))
        return batch

    async def _score_batch(self, batch: list[tuple[_Job, int]]) -> None:
        jobs = {id(job): job for job, _ in batch}.values()
        started = time.perf_counter()
        try:
            scored = await self._score([job.texts[index] for job, index in batch])
            answers = list(zip(batch, scored.scores, strict=True))
        except Exception as error:  # noqa: BLE001 the requests of the batch are told
            for job in jobs:
                if not job.done.done():
                    job.done.set_exception(error)
            return
        ended = time.perf_counter()
        new = 1 - _KEPT ** len(batch) if self._text_s else 1.0
        self._text_s += new * ((ended - started) / len(batch) - self._text_s)
        for job in jobs:
            job.stages.add_call(started, ended, scored.tokenize_s)
        for (job, index), row in answers:
            job.scores[index] = row
            job.scored += 1
            if job.scored == len(job.scores) and not job.done.done():
                job.done.set_result(job.scores)
