"""Threads of the feedback store, apart from the threads of other routes."""

import time
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from serving.feedback.verdicts import FeedbackStoreError

_MOST_WAITING = 256

Answer = TypeVar("Answer")


class FeedbackThreads:
    """Runs calls in at most ``threads`` threads.

    A slow store therefore occupies no thread of ``/metrics`` or ``/ui``. A call is refused if it
    waits for a thread for more than ``longest_wait_s``, or if 256 calls wait already.
    """

    def __init__(self, threads: int, longest_wait_s: float) -> None:
        self._limiter = CapacityLimiter(threads)
        self._longest_wait_s = longest_wait_s

    async def run(self, call: Callable[[], Answer]) -> Answer:
        """The result of ``call``; ``FeedbackStoreError`` if the call is refused."""
        if self._limiter.statistics().tasks_waiting >= _MOST_WAITING:
            raise FeedbackStoreError("too many calls are waiting")
        deadline = time.monotonic() + self._longest_wait_s

        def call_in_time() -> Answer:
            if time.monotonic() > deadline:
                raise FeedbackStoreError(
                    f"the call waited for more than {self._longest_wait_s:g} s"
                )
            return call()

        return await to_thread.run_sync(call_in_time, limiter=self._limiter)
