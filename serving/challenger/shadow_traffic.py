"""The traffic that the challenger scores in the shadow of the champion."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from models.answers import Answer
from models.artifacts.store import StoredModel
from serving.challenger.shadow_records import ShadowRecord, ShadowRecords
from serving.feedback.failures import report_failure
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError
from serving.metrics import ShadowMetrics
from serving.prediction.decisions import decide_all
from serving.prediction.scoring import ScoredBatch
from serving.prediction.tweet import Tweet
from serving.prediction_ids import read_nonce
from serving.schemas import Prediction

MOST_TEXTS = 64
"""Length of a worker's queue."""

PERIOD_S = 4.0
"""Seconds between two scorings of the queue.

The worker spends a few milliseconds on a full queue, a thousandth of the period. Less than one
request in a hundred waits for this work, so that the 99th percentile of the latency stays.
"""

WRITE_PERIOD_S = 10.0
"""Seconds between two writes of records. SQLite has one writer, and a verdict may wait for it."""

LONGEST_WAIT_S = 30.0
"""Seconds that a text waits in a queue that is not scored. Then the whole queue is dropped."""

logger = logging.getLogger("bentoml.sentiment")


class ShadowRunner(Protocol):
    """The process of the challenger, as ``RunnerClient`` reaches it."""

    def is_alive(self) -> bool: ...

    async def score(self, version: str, tweets: list[Tweet]) -> ScoredBatch: ...


class ShadowTraffic:
    """A sample of the champion's predictions in one worker, which the challenger makes again.

    ``observe`` puts predictions into a queue and returns. The challenger scores the queue after the
    answers were sent, in a process of its own. A prediction that finds the queue full is dropped.
    While ``is_busy``, the queue waits and is dropped in the end: under load the shadow is dropped
    first.
    """

    def __init__(
        self,
        champion_version: str,
        challenger: StoredModel,
        runner: ShadowRunner,
        records: ShadowRecords,
        is_busy: Callable[[], bool],
    ) -> None:
        self._model, self._challenger, self._runner = challenger.name, challenger, runner
        self._records, self._is_busy = records, is_busy
        # By version of the champion: a new champion begins a new comparison.
        self._metrics: dict[str, ShadowMetrics] = {}
        self._metrics_beside(champion_version)
        self._queue: list[tuple[str, Prediction]] = []
        self._began = 0.0
        self._unwritten: list[ShadowRecord] = []

    def observe(self, texts: Sequence[str], predictions: Sequence[Prediction]) -> None:
        """Queue the champion's predictions of n texts."""
        if not self._queue:
            self._began = time.monotonic()
        room = MOST_TEXTS - len(self._queue)
        self._queue.extend(zip(texts[:room], predictions[:room], strict=True))
        if len(texts) > room:
            self._metrics_beside(predictions[0].model.version).dropped(len(texts) - room)

    async def run(self, threads: FeedbackThreads) -> None:
        """Score the queue and write the records in their periods, without an end."""
        was_alive, written = False, time.monotonic()
        while True:
            await asyncio.sleep(PERIOD_S)
            is_alive = self._runner.is_alive()
            if was_alive and not is_alive:
                logger.error("the challenger of %s does not answer", self._model)
            was_alive = is_alive
            if self._queue and is_alive and not self._is_busy():
                await self._score(self._take_queue())
            elif time.monotonic() - self._began >= LONGEST_WAIT_S:
                self._drop(self._take_queue())
            if time.monotonic() - written >= WRITE_PERIOD_S:
                written = time.monotonic()
                await self.write(threads)

    async def write(self, threads: FeedbackThreads) -> None:
        """Write the records of the queues that were scored. A failure drops them."""
        if not self._unwritten:
            return
        records, self._unwritten = self._unwritten, []
        try:
            await threads.run(partial(self._records.add, records))
        except FeedbackStoreError as error:
            report_failure(error)

    async def _score(self, queue: Sequence[tuple[str, Prediction]]) -> None:
        try:
            tweets = [Tweet(text) for text, _ in queue]
            scored = await self._runner.score(self._challenger.version, tweets)
        except Exception as error:  # noqa: BLE001 later predictions are scored
            self._drop(queue)
            reason = type(error).__name__
            logger.warning("the challenger of %s scored no text: %s", self._model, reason)
            return
        answers = decide_all(self._challenger.manifest, scored.scores)
        predictions = [prediction for _, prediction in queue]
        self._unwritten += map(self._compare, predictions, answers)

    def _take_queue(self) -> list[tuple[str, Prediction]]:
        queue, self._queue = self._queue, []
        return queue

    def _drop(self, queue: Sequence[tuple[str, Prediction]]) -> None:
        for _, prediction in queue:
            self._metrics_beside(prediction.model.version).dropped(1)

    def _compare(self, champion: Prediction, challenger: Answer) -> ShadowRecord:
        """Count the answers of both models to one text, and return the challenger's record."""
        self._metrics_beside(champion.model.version).compared(
            same_label=challenger.label == champion.label,
            difference=abs(challenger.probability - champion.probability),
        )
        return ShadowRecord(
            read_nonce(champion.prediction_id),
            self._model,
            self._challenger.version,
            challenger.label,
            challenger.probability,
        )

    def _metrics_beside(self, champion_version: str) -> ShadowMetrics:
        if champion_version not in self._metrics:
            self._metrics[champion_version] = ShadowMetrics(
                self._model, champion_version, self._challenger.version
            )
        return self._metrics[champion_version]
