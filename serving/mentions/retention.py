"""Hourly deletion of old mentions, by the service and by the stream."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from serving.feedback.verdicts import FeedbackStoreError
from serving.mentions.store import MentionStore

_PERIOD_S = 3600.0

logger = logging.getLogger("bentoml.sentiment")


def delete_old_mentions(store: MentionStore, age: timedelta) -> None:
    """Delete all mentions older than ``age``. A failure is logged: the next hour tries again."""
    try:
        while erased := store.erase_older_than(age):
            logger.info("%d mentions older than %s were deleted", erased, age)
    except FeedbackStoreError as error:
        logger.warning("old mentions were not deleted: %s", error)


def start_retention(store: MentionStore, age: timedelta) -> None:
    """Delete mentions older than ``age`` at start and hourly, in a daemon thread."""

    def maintain() -> None:
        while True:
            delete_old_mentions(store, age)
            threading.Event().wait(_PERIOD_S)

    threading.Thread(target=maintain, name="retention", daemon=True).start()


@asynccontextmanager
async def mention_retention(store: MentionStore, age: timedelta) -> AsyncIterator[None]:
    """Delete mentions older than ``age`` at start and hourly, while the app runs."""

    async def maintain() -> None:
        while True:
            await asyncio.to_thread(delete_old_mentions, store, age)
            await asyncio.sleep(_PERIOD_S)

    task = asyncio.create_task(maintain())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    store.close()
