"""The loop of the stream: read, score, write, acknowledge."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from serving.mentions.metrics import count_mention
from serving.stream.delivery import Delivery, ScoredMention, Sink, Source, StreamError
from serving.stream.mention import Mention, RejectedError, parse_mention
from serving.stream.metrics import DELAY, LAG, REJECTED
from serving.stream.scoring import MentionScorer

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0

Result = TypeVar("Result")

logger = logging.getLogger("bentoml.sentiment")


class StoppedError(Exception):
    """The program shall end, and the broker or the database does not answer."""


class StreamWorker:
    """Scores the mentions of a source in batches, and writes them to a sink.

    A batch has the mentions that wait, ``batch`` at most. A mention is acknowledged after its
    result is on disk. While the broker or the database fails, the worker tries again.
    """

    def __init__(
        self,
        source: Source,
        sink: Sink,
        scorer: MentionScorer,
        sources: Collection[str],
        batch: int,
    ) -> None:
        self._source = source
        self._sink = sink
        self._scorer = scorer
        self._sources = sources
        self._batch = batch
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End ``run`` after the present batch."""
        self._stopped.set()

    def run(self) -> None:
        """Work until the source ends, or until ``stop``."""
        try:
            while not self._stopped.is_set():
                deliveries = self._persist(lambda: self._source.read(self._batch))
                if deliveries is None:
                    return
                if deliveries:
                    self._process(deliveries)
                LAG.set(self._persist(self._source.lag))
        except StoppedError:
            logger.warning("ended before all mentions were stored: a broker keeps the others")

    def _process(self, deliveries: Sequence[Delivery]) -> None:
        usable: list[tuple[Delivery, Mention]] = []
        unusable: list[tuple[Delivery, RejectedError]] = []
        for delivery in deliveries:
            try:
                usable.append((delivery, parse_mention(delivery.content, self._sources)))
            except RejectedError as error:
                unusable.append((delivery, error))
        if usable:
            self._store(usable)
        # Acknowledged mentions make room for the rejected ones in a broker that is full.
        for delivery, refusal in unusable:
            self._reject(delivery, refusal)

    def _store(self, usable: Sequence[tuple[Delivery, Mention]]) -> None:
        answers = self._scorer.answers([mention.text for _, mention in usable])
        scored = [
            ScoredMention(mention, answer, delivery.received_at)
            for (delivery, mention), answer in zip(usable, answers, strict=True)
        ]
        written = self._persist(lambda: self._sink.write(scored))
        now = datetime.now(UTC)
        for mention in written:
            count_mention(mention.mention.source, mention.answer)
            DELAY.observe(max(0.0, (now - mention.received_at).total_seconds()))
        self._persist(lambda: self._source.acknowledge([delivery for delivery, _ in usable]))

    def _reject(self, delivery: Delivery, refusal: RejectedError) -> None:
        self._persist(lambda: self._source.reject(delivery, refusal.reason))
        REJECTED.labels(refusal.reason).inc()
        logger.warning("entry %s is rejected (%s): %s", delivery.place, refusal.reason, refusal)

    def _persist(self, call: Callable[[], Result]) -> Result:
        """The result of ``call``, repeated with growing pauses while it fails.

        The lag grows meanwhile, and is measured where the broker answers.
        """
        pause = _FIRST_PAUSE_S
        failing_since = None
        while True:
            try:
                result = call()
            except StreamError as error:
                if failing_since is None:
                    failing_since = time.monotonic()
                    logger.warning("%s: trying again", error)
                with suppress(StreamError):
                    LAG.set(self._source.lag())
                if self._stopped.wait(pause):
                    raise StoppedError from error
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            else:
                if failing_since is not None:
                    logger.warning("works again after %.0f s", time.monotonic() - failing_since)
                return result
