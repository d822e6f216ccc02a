import asyncio
import threading

import pytest

from serving.feedback.threads import FeedbackThreads
from serving.feedback.verdicts import FeedbackStoreError


def test_a_call_is_refused_while_another_call_hangs() -> None:
    hangs = threading.Event()

    async def call_twice() -> None:
        threads = FeedbackThreads(1, longest_wait_s=0.1)
        hanging = asyncio.create_task(threads.run(hangs.wait))
        await asyncio.sleep(0)
        with pytest.raises(FeedbackStoreError, match="waited"):
            await threads.run(lambda: None)
        assert not hanging.done()
        hangs.set()
        assert await hanging
        assert await threads.run(lambda: 7) == 7

    asyncio.run(call_twice())
