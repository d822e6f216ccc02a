"""Threads of the feedback store, apart from the threads of other routes."""

import time
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from serving.feedback.store import FeedbackStoreError

_THREADS = 4
_MOST_WAITING = 256
_LONGEST_WAIT_S = 2.0

Answer = TypeVar("Answer")


class StoreThreads:
    """Runs calls of the store in at most four threads.

    A slow store therefore occupies no thread of ``/metrics`` or ``/ui``. Calls that wait too long,
    or behind too many others, are refused.
    """

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(_THREADS)

    async def run(self, call: Callable[[], Answer]) -> Answer:
        """The result of ``call``; ``FeedbackStoreError`` if the call is refused."""
        if self._limiter.statistics().tasks_waiting >= _MOST_WAITING:
            raise FeedbackStoreError("too many calls are waiting")
        deadline = time.monotonic() + _LONGEST_WAIT_S

        def call_in_time() -> Answer:
            if time.monotonic() > deadline:
                raise FeedbackStoreError(f"the call waited for more than {_LONGEST_WAIT_S:g} s")
            return call()

        return await to_thread.run_sync(call_in_time, limiter=self._limiter)
