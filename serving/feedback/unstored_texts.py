"""Texts with consent whose verdict is recorded, and which wait for scrubbing."""

import asyncio
import logging
from collections.abc import Coroutine

# A stop waits for a worker's first text, which loads a model.
_STOP_S = 10.0

logger = logging.getLogger("bentoml.sentiment")


class UnstoredTexts:
    """The tasks of one worker that scrub and store texts."""

    def __init__(self) -> None:
        # The event loop holds its tasks by weak references alone.
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, storing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(storing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for all tasks before the worker stops. A text that takes too long is not stored."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=_STOP_S)
        if late:
            logger.error("%d texts with consent were not stored: the worker stops", len(late))
