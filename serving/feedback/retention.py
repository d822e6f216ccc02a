"""Hourly maintenance of the feedback: the check for damage, and deletion of expired verdicts."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

from fastapi import FastAPI

from serving.feedback.failures import report_failure
from serving.feedback.store import FeedbackStore
from serving.feedback.verdicts import FeedbackStoreError
from serving.settings import Settings

_PERIOD_S = 3600.0
# After a failure. Every failure is counted, so that the alert lasts as long as the failures.
_RETRY_S = 60.0

logger = logging.getLogger("bentoml.sentiment")


def retention(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The app's lifespan: checks the store and deletes expired feedback, at start and hourly."""
    age = timedelta(days=settings.retention_days)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_maintain(app.state.store, age))
        yield
        await app.state.unstored_texts.finish()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        app.state.store.close()

    return lifespan


async def _maintain(store: FeedbackStore, age: timedelta) -> None:
    while True:
        pause = _PERIOD_S
        try:
            await asyncio.to_thread(store.check)
            erased = await asyncio.to_thread(store.erase_older_than, age)
            if erased:
                logger.info("%d verdicts older than %s were deleted", erased, age)
        except FeedbackStoreError as error:
            report_failure(error)
            pause = _RETRY_S
        await asyncio.sleep(pause)
