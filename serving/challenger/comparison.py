"""All work of one worker that compares challengers with champions."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from models.artifacts.store import StoredModel
from serving.challenger.client_split import ClientSplit
from serving.challenger.shadow_records import ShadowRecords
from serving.challenger.shadow_traffic import ShadowRunner, ShadowTraffic
from serving.challenger.shadow_watch import ShadowWatch
from serving.challenger.split_records import SplitRecords
from serving.challenger.split_watch import SplitWatch
from serving.challenger.verdict_credits import VerdictCredits
from serving.feedback.database import open_engine
from serving.feedback.failures import report_failure
from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError
from serving.prediction.predictor import Predictor
from serving.prediction.served_models import ServedModels
from serving.prediction_ids import PredictionTokens
from serving.settings import Settings
from serving.workers.cores import Cores

_ERASURE_PERIOD_S = 3600.0

logger = logging.getLogger("bentoml.sentiment")


class Comparison:
    """The parts of a worker that the settings ask for.

    ``in_shadow``: the challenger in the shadow, and its process. ``in_split``: the predictor of the
    challenger that answers clients.
    """

    def __init__(
        self,
        settings: Settings,
        tokens: PredictionTokens,
        models: ServedModels,
        cores: Cores,
        in_shadow: tuple[StoredModel, ShadowRunner] | None = None,
        in_split: Predictor | None = None,
    ) -> None:
        self._engine = open_engine(settings.database_url)
        self._records = ShadowRecords(self._engine)
        self._record_age = timedelta(hours=settings.prediction_hours)
        self._parts: list[ShadowTraffic | ShadowWatch | VerdictCredits | SplitWatch] = []
        self.credits: VerdictCredits | None = None
        self.split: ClientSplit | None = None
        self._shadow: ShadowTraffic | None = None
        self._watch: SplitWatch | None = None
        if in_shadow:
            challenger, runner = in_shadow
            champion = partial(models.champion, challenger.name)
            self._shadow = ShadowTraffic(
                champion().version,
                challenger,
                runner,
                self._records,
                lambda: bool(champion().waiting) or not cores.has_idle_core(),
            )
            models.observe(challenger.name, self._shadow.observe)
            self.credits = VerdictCredits(challenger.name, self._records)
            watch = ShadowWatch(
                self._records, challenger.name, challenger.version, lambda: champion().version
            )
            self._parts += [self._shadow, self.credits, watch]
        if in_split and settings.split:
            family = settings.split.family
            self.split = ClientSplit(settings.split, in_split, tokens)
            self._watch = SplitWatch(
                self.split, SplitRecords(self._engine), lambda: models.champion(family).version
            )
            self._parts.append(self._watch)

    @asynccontextmanager
    async def running(self, threads: FeedbackThreads) -> AsyncIterator[None]:
        """Run all parts until the context ends."""
        if self._watch:
            # Before the first request, so that a client keeps its model over a restart.
            await self._watch.look(threads)
        tasks = [_start(self._erase_old_records(threads))]
        tasks += [_start(part.run(threads)) for part in self._parts]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._shadow:
                await self._shadow.write(threads)
            self._engine.dispose()

    async def _erase_old_records(self, threads: FeedbackThreads) -> None:
        """Erase also without a shadow: an earlier start may have written records."""
        while True:
            try:
                while await threads.run(partial(self._records.erase_older_than, self._record_age)):
                    pass
            except FeedbackStoreError as error:
                report_failure(error)
            await asyncio.sleep(_ERASURE_PERIOD_S)


def _start(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    task.add_done_callback(_log_failure)
    return task


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("the comparison with the challenger has ended", exc_info=error)
