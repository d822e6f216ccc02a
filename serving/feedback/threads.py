"""Threads of the feedback store, apart from the threads of other routes."""

import math
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

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
        self._unlimited = CapacityLimiter(math.inf)
        self._longest_wait_s = longest_wait_s

    async def run(self, call: Callable[[], Answer]) -> Answer:
        """The result of ``call``; ``FeedbackStoreError`` if the call is refused."""
        if self._limiter.statistics().tasks_waiting >= _MOST_WAITING:
            raise FeedbackStoreError("too many calls are waiting")
        borrower = object()
        try:
            with fail_after(self._longest_wait_s):
                await self._limiter.acquire_on_behalf_of(borrower)
        except TimeoutError as error:
            raise FeedbackStoreError(
                f"the call waited for more than {self._longest_wait_s:g} s"
            ) from error
        try:
            return await to_thread.run_sync(call, limiter=self._unlimited)
        finally:
            self._limiter.release_on_behalf_of(borrower)
