"""Adaptive batching: what comes while the scorer is idle leaves at once, the rest together.

There is no timer. BentoML's own dispatcher waits for company by the latency of the recent past,
has a queue without a bound and sheds load by latency, and it serves runner services only.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np

from models.scorer import FloatArray

WaitingChanged = Callable[[int], None]
ScoreBatch = Callable[[list[str]], Awaitable[FloatArray]]


class QueueFullError(Exception):
    """More texts are waiting than the queue admits."""


class ScorerUnavailableError(Exception):
    """The model's process does not answer; the message names the model."""


@dataclass(eq=False)
class _Job:
    """The texts of one request, which may leave in several batches."""

    texts: list[str]
    done: "asyncio.Future[FloatArray]"
    scores: FloatArray = field(init=False)
    taken: int = 0
    scored: int = 0

    def __post_init__(self) -> None:
        self.scores = np.empty(len(self.texts), dtype=np.float32)

    @property
    def waiting(self) -> int:
        return len(self.texts) - self.taken


class Batcher:
    """Groups the texts of concurrent requests for one scorer, one call at a time.

    A batch takes one text of each waiting request in turn, so that a request of one text never
    waits for the whole of a request of many.
    """

    def __init__(
        self,
        score: ScoreBatch,
        batch_texts: int,
        queue_texts: int,
        waiting_changed: WaitingChanged = lambda by: None,
    ) -> None:
        self._score = score
        self._waiting_changed = waiting_changed
        self._batch_texts = batch_texts
        self._queue_texts = queue_texts
        self._jobs: deque[_Job] = deque()
        self._waiting = 0
        self._worker: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Texts that wait for a call of the scorer."""
        return self._waiting

    async def submit(self, texts: list[str]) -> FloatArray:
        """Scores of ``texts`` in order, shape (n,), float32.

        Raises ``QueueFullError``, or what the scorer raised. Cancelling the call takes its waiting
        texts out of the queue.
        """
        if self._waiting + len(texts) > self._queue_texts:
            raise QueueFullError
        job = _Job(texts, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._change_waiting(len(texts))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        try:
            return await job.done
        finally:
            self._leave(job)

    def _leave(self, job: _Job) -> None:
        if job.waiting:
            self._change_waiting(-job.waiting)
            job.taken = len(job.texts)
            self._jobs.remove(job)

    def _change_waiting(self, by: int) -> None:
        self._waiting += by
        self._waiting_changed(by)

    async def _work(self) -> None:
        try:
            while self._jobs:
                await self._score_batch(self._next_batch())
        finally:
            self._worker = None

    def _next_batch(self) -> list[tuple[_Job, int]]:
        batch: list[tuple[_Job, int]] = []
        while self._jobs and len(batch) < self._batch_texts:
            job = self._jobs.popleft()
            batch.append((job, job.taken))
            job.taken += 1
            if job.waiting:
                self._jobs.append(job)
        self._change_waiting(-len(batch))
        return batch

    async def _score_batch(self, batch: list[tuple[_Job, int]]) -> None:
        try:
            scores = await self._score([job.texts[index] for job, index in batch])
            if len(scores) != len(batch):
                raise RuntimeError(f"{len(batch)} texts were scored with {len(scores)} scores")
        except Exception as error:  # noqa: BLE001 the requests of the batch are told
            for job in {id(job): job for job, _ in batch}.values():
                if not job.done.done():
                    job.done.set_exception(error)
            return
        for (job, index), score in zip(batch, scores, strict=True):
            job.scores[index] = score
            job.scored += 1
            if job.scored == len(job.texts) and not job.done.done():
                job.done.set_result(job.scores)
