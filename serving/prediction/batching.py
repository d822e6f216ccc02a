"""Adaptive batching without a timer.

If the scorer is idle, a request is scored immediately. If the scorer is busy, requests queue and
are scored together in the next batch. docs/performance.md compares BentoML's own dispatcher.
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
from serving.prediction.timing import RequestTiming
from serving.prediction.tweet import Tweet
from serving.workers.cores import Cores

# Weight of the previous estimate of seconds per text in the moving average, for each new text.
_PACE_DECAY = 0.95


class QueueFullError(Exception):
    """The queue has no room for the texts of a request, or its expected wait is too long."""


@dataclass(eq=False)
class _Request:
    """The tweets of one request, which may be scored in several batches."""

    tweets: list[Tweet]
    timing: RequestTiming
    waiting: int
    scores: FloatArray
    done: "asyncio.Future[FloatArray]" = field(default_factory=asyncio.Future)
    scored: int = 0


class Batcher:
    """Queues the tweets of concurrent requests and scores them in batches.

    One call of the scorer runs at a time, and one more for each idle core of ``cores``. A batch
    takes its tweets alternately from the oldest request and from each request in turn. A large
    request therefore ends although other requests keep arriving. A single tweet never waits for all
    tweets of a large request.

    No request shall wait for more than about ``queue_s``:

    - at most ``queue_texts`` tweets queue;
    - a request is refused if its expected wait exceeds ``queue_s / 2``, where
      ``expected wait = tweets ahead * moving average of seconds per tweet``;
    - a batch is expected to take ``queue_s / 10`` at most, since all of its requests wait for its
      end. A batch has ``batch_texts`` tweets at most.

    ``waiting_changed`` is called with the change of the queue's length, ``call_ended`` with the
    tweets and the seconds of each successful call of the scorer.
    """

    def __init__(
        self,
        score: ScoreBatch,
        batch_texts: int,
        queue_texts: int,
        queue_s: float,
        waiting_changed: Callable[[int], None] = lambda change: None,
        call_ended: Callable[[int, float], None] = lambda texts, seconds: None,
        cores: Cores | None = None,
    ) -> None:
        self._score, self._waiting_changed, self._call_ended = score, waiting_changed, call_ended
        self._batch_texts, self._queue_texts = batch_texts, queue_texts
        self._longest_wait_s, self._longest_batch_s = queue_s / 2, queue_s / 10
        self._cores = cores or Cores()
        self._text_s, self.waiting = 0.0, 0
        # Both queues hold every waiting request. An ended request is dropped when it comes first.
        self._by_turn, self._by_age = deque[_Request](), deque[_Request]()
        self._orders = cycle((self._by_age, self._by_turn))
        self._calls: set[asyncio.Task[None]] = set()

    async def submit(self, tweets: list[Tweet], timing: RequestTiming) -> FloatArray:
        """Scores of ``tweets`` in their order, shape (n, COLUMNS). Adds their time to ``timing``.

        Raises ``QueueFullError``, or the scorer's exception. Cancellation takes the waiting tweets
        out of the queue.
        """
        # Requests take turns: each other request gets as many tweets scored as this request.
        ahead = sum(min(request.waiting, len(tweets)) for request in self._by_turn)
        too_many = self.waiting + len(tweets) > self._queue_texts
        if too_many or ahead * self._text_s > self._longest_wait_s:
            raise QueueFullError
        scores = np.empty((len(tweets), COLUMNS), np.float32)
        request = _Request(tweets, timing, len(tweets), scores)
        self._by_turn.append(request)
        self._by_age.append(request)
        self._change_waiting(len(tweets))
        self._start_call()
        submitted = time.perf_counter()
        try:
            return await request.done
        finally:
            scoring_s = timing.tokenize_s + timing.infer_s
            timing.queue_s += time.perf_counter() - submitted - scoring_s
            if request.waiting:
                self._change_waiting(-request.waiting)
            # Both queues hold the request until it comes first. Its tweets are released now.
            request.waiting, request.tweets = 0, []

    def _change_waiting(self, change: int) -> None:
        self.waiting += change
        self._waiting_changed(change)

    def _start_call(self) -> None:
        if self.waiting and (not self._calls or self._cores.has_idle_core()):
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

    def _next_batch(self) -> list[tuple[_Request, int]]:
        """Requests, and the index of one of their tweets each."""
        batch: list[tuple[_Request, int]] = []
        in_time = self._longest_batch_s / self._text_s if self._text_s else self._batch_texts
        size = min(self.waiting, self._batch_texts, max(1, int(in_time)))
        while len(batch) < size:
            requests = next(self._orders)
            while not requests[0].waiting:
                requests.popleft()
            first = requests[0]
            batch.append((first, len(first.tweets) - first.waiting))
            first.waiting -= 1
            if requests is self._by_turn:
                requests.rotate(-1)
        self._change_waiting(-len(batch))
        return batch

    async def _score_batch(self, batch: list[tuple[_Request, int]]) -> None:
        requests = {id(request): request for request, _ in batch}.values()
        started = time.perf_counter()
        try:
            scored = await self._score([request.tweets[index] for request, index in batch])
            rows = list(zip(batch, scored.scores, strict=True))
        except Exception as error:  # noqa: BLE001 each request of the batch raises it
            for request in requests:
                if not request.done.done():
                    request.done.set_exception(error)
            return
        ended = time.perf_counter()
        self._call_ended(len(batch), ended - started)
        weight = 1 - _PACE_DECAY ** len(batch) if self._text_s else 1.0
        self._text_s += weight * ((ended - started) / len(batch) - self._text_s)
        for request in requests:
            request.timing.add_call(started, ended, scored.tokenize_s)
        for (request, index), row in rows:
            request.scores[index] = row
            request.scored += 1
            if request.scored == len(request.scores) and not request.done.done():
                request.done.set_result(request.scores)
