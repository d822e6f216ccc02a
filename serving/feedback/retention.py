"""Storage limitation: feedback is deleted after its retention period."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

from fastapi import FastAPI

from serving.feedback.store import FeedbackStore, FeedbackStoreError
from serving.settings import Settings

_PERIOD_S = 3600.0

logger = logging.getLogger("bentoml.sentiment")


def retention(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The app's lifespan, which deletes expired feedback at start and every hour."""
    age = timedelta(days=settings.retention_days)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_erase_regularly(app.state.store, age))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        app.state.store.close()

    return lifespan


async def _erase_regularly(store: FeedbackStore, age: timedelta) -> None:
    while True:
        try:
            erased = await asyncio.to_thread(store.erase_older_than, age)
            if erased:
                logger.info("%d verdicts older than %s were deleted", erased, age)
        except FeedbackStoreError as error:
            logger.error("old feedback was not deleted: %s", type(error.__cause__).__name__)
        await asyncio.sleep(_PERIOD_S)
