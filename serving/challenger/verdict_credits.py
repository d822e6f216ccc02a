"""Credits of verdicts: a verdict on a prediction counts for the champion and the challenger."""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial

from serving.challenger.shadow_records import ShadowRecord, ShadowRecords
from serving.feedback.failures import report_failure
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError
from serving.metrics import ShadowMetrics
from serving.prediction_ids import PredictionClaims

PERIOD_S = 5.0
# The worker that made the prediction may write its record after the verdict.
_PATIENCE_S = 60.0
_MOST_WAITING = 1000


@dataclass(frozen=True)
class _Verdict:
    claims: PredictionClaims
    correct: bool
    since: float = field(default_factory=time.monotonic)


class VerdictCredits:
    """The verdicts of one worker that wait for the challenger's record of the same prediction.

    Any worker of any replica may have made the prediction. One query looks all records up, once in
    ``PERIOD_S``, so that no verdict waits for it.
    """

    def __init__(self, family: str, records: ShadowRecords) -> None:
        self._family, self._records = family, records
        self._waiting: dict[str, _Verdict] = {}

    def add(self, claims: PredictionClaims, correct: bool) -> None:
        """Take a verdict that was stored. A verdict without a record is forgotten after 60 s."""
        if claims.model == self._family and len(self._waiting) < _MOST_WAITING:
            self._waiting[claims.nonce] = _Verdict(claims, correct)

    async def run(self, threads: FeedbackThreads) -> None:
        """Credit verdicts once in ``PERIOD_S``, without an end."""
        while True:
            await asyncio.sleep(PERIOD_S)
            if not self._waiting:
                continue
            try:
                found = await threads.run(partial(self._records.find, list(self._waiting)))
            except FeedbackStoreError as error:
                report_failure(error)
                found = {}
            for nonce, shadow in found.items():
                _count(self._waiting.pop(nonce), shadow)
            self._forget_old()

    def _forget_old(self) -> None:
        oldest = time.monotonic() - _PATIENCE_S
        self._waiting = {
            nonce: verdict for nonce, verdict in self._waiting.items() if verdict.since > oldest
        }


def _count(verdict: _Verdict, shadow: ShadowRecord) -> None:
    """Count a verdict for the champion, which it concerns, and for the challenger.

    There are two labels: if the labels differ, one of the models was wrong.
    """
    same_label = shadow.label == verdict.claims.label
    counters = ShadowMetrics(shadow.model, verdict.claims.version, shadow.version)
    counters.judged("champion", verdict.correct)
    counters.judged("challenger", verdict.correct == same_label)
