"""The watch on a split: verdicts decide whether the challenger keeps its share of the clients."""

import asyncio
import logging
from collections.abc import Callable

from serving.challenger.capped_test import CappedTest
from serving.challenger.client_split import ClientSplit
from serving.challenger.sequential_test import Decision as Outcome
from serving.challenger.split_records import Decision, Pair, Place, SplitRecord, SplitRecords
from serving.feedback.failures import report_failure
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError
from serving.metrics import SplitMetrics

PERIOD_S = 2.0

logger = logging.getLogger("bentoml.sentiment")


class SplitWatch:
    """Looks at the verdicts of a split in one worker, once in ``PERIOD_S``.

    All workers of all replicas read the same verdicts in the same order, and come to the same
    decision. The first of them records the decision, logs it and counts it. A recorded decision on
    a pair of versions stays after a restart. A new champion begins a new comparison.
    """

    def __init__(
        self, split: ClientSplit, records: SplitRecords, champion_version: Callable[[], str]
    ) -> None:
        self._split, self._records = split, records
        self._champion_version = champion_version
        self._pair: Pair | None = None
        self._restart()
        self._metrics = SplitMetrics(split.family, split.challenger.version)

    async def run(self, threads: FeedbackThreads) -> None:
        """Look once in ``PERIOD_S``, without an end."""
        while True:
            await asyncio.sleep(PERIOD_S)
            await self.look(threads)

    async def look(self, threads: FeedbackThreads) -> None:
        """Read the new verdicts. If the database fails, the split stays as it is."""
        try:
            await threads.run(self._look)
        except FeedbackStoreError as error:
            report_failure(error)

    def _look(self) -> None:
        challenger = self._split.challenger.version
        pair = Pair(self._split.family, self._champion_version(), challenger)
        if pair != self._pair:
            self._pair = pair
            self._restart()
        record = self._records.begin(pair)
        decision = record.decision or self._decide(pair, record)
        self._split.enabled = decision != "worse"
        self._metrics.answers(self._split.enabled)

    def _restart(self) -> None:
        self._test = CappedTest()
        self._read = 0
        self._last: Place | None = None

    def _decide(self, pair: Pair, record: SplitRecord) -> Outcome:
        number = self._records.count(pair, record.began_at)
        if number == self._read:
            return self._test.decision
        new = self._records.verdicts(pair, record.began_at, self._last)
        if number != self._read + len(new):
            # A verdict was erased, or a slower transaction wrote an earlier one.
            self._restart()
            new = self._records.verdicts(pair, record.began_at, None)
        for verdict in new:
            challenger = verdict.version == pair.challenger
            self._test.add(verdict.client, challenger=challenger, wrong=verdict.wrong)
        self._read += len(new)
        self._last = new[-1].place if new else self._last
        decision = self._test.decision
        if decision != "continue" and self._records.decide(pair, decision):
            self._report(pair, decision)
        return decision

    def _report(self, pair: Pair, decision: Decision) -> None:
        if decision == "worse":
            self._metrics.rolled_back()
            logger.error(
                "the challenger of %s, version %s, is worse than the champion %s by %d verdicts: "
                "it was rolled back and answers no client",
                *(pair.model, pair.challenger, pair.champion, self._test.counted),
            )
        else:
            logger.info(
                "the challenger of %s, version %s, is better than the champion %s by %d verdicts: "
                "python -m training promote %s --run challenger makes it the champion",
                *(pair.model, pair.challenger, pair.champion, self._test.counted, pair.model),
            )
