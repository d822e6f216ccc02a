"""The watch on a shadow: verdicts on both models decide which of them is better."""

import asyncio
from collections import Counter
from collections.abc import Callable

from serving.challenger.capped_test import ERROR_RATE, PER_CLIENT
from serving.challenger.sequential_test import Decision, PairedTest
from serving.challenger.shadow_records import ShadowRecords
from serving.feedback.failures import report_failure
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError
from serving.metrics import SHADOW_DECISION

PERIOD_S = 60.0

_VALUES: dict[Decision, float] = {"worse": -1, "continue": 0, "better": 1}


class ShadowWatch:
    """Sets ``sentiment_shadow_decision`` in one worker, once in ``PERIOD_S``.

    All workers read the same verdicts in the same order, and come to the same decision. The first
    verdicts of each client count. The service itself does nothing about the decision.
    """

    def __init__(
        self,
        records: ShadowRecords,
        model: str,
        challenger_version: str,
        champion_version: Callable[[], str],
    ) -> None:
        self._records, self._model = records, model
        self._challenger_version = challenger_version
        self._champion_version = champion_version

    async def run(self, threads: FeedbackThreads) -> None:
        """Look once in ``PERIOD_S``, without an end."""
        while True:
            await self.look(threads)
            await asyncio.sleep(PERIOD_S)

    async def look(self, threads: FeedbackThreads) -> None:
        """Decide by all verdicts. If the database fails, the earlier decision stays."""
        try:
            decision = await threads.run(self._decide)
        except FeedbackStoreError as error:
            report_failure(error)
        else:
            SHADOW_DECISION.labels(self._model, self._challenger_version).set(_VALUES[decision])

    def _decide(self) -> Decision:
        test = PairedTest(ERROR_RATE)
        of_client: Counter[str | None] = Counter()
        for judged in self._records.disagreements(
            self._model, self._champion_version(), self._challenger_version
        ):
            of_client[judged.client] += 1
            if of_client[judged.client] <= PER_CLIENT:
                test.add(
                    champion_wrong=not judged.challenger_wrong,
                    challenger_wrong=judged.challenger_wrong,
                )
        return test.decision
