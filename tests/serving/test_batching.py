import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.scorer import FloatArray
from serving.batching import Batcher, QueueFullError

Score = Callable[[list[str]], Awaitable[FloatArray]]


def length_of(texts: list[str]) -> FloatArray:
    return np.array([len(text) for text in texts], dtype=np.float32)


class GatedScorer:
    """Scores a text by its length, each call only when the test opens the gate."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, texts: list[str]) -> FloatArray:
        self.batches.append(texts)
        await self.gate.acquire()
        return length_of(texts)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_request_that_comes_while_the_scorer_is_idle_leaves_at_once() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100)
        request = asyncio.create_task(batcher.submit(["one"]))
        await settle()
        assert scorer.batches == [["one"]]
        scorer.gate.release()
        assert (await request).tolist() == [3.0]

    asyncio.run(scenario())


def test_what_comes_while_the_scorer_is_busy_leaves_together() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100)
        requests = [asyncio.create_task(batcher.submit([word])) for word in ("a", "bb", "ccc")]
        await settle()
        scorer.gate.release()
        await settle()
        # The first was alone in the queue for one turn of the loop at most.
        assert len(scorer.batches) == 1 + (len(scorer.batches[0]) < 3)
        scorer.gate.release()
        assert [float((await request)[0]) for request in requests] == [1.0, 2.0, 3.0]
        assert sum(map(len, scorer.batches)) == 3

    asyncio.run(scenario())


def test_a_single_text_does_not_wait_for_the_whole_of_a_large_request() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=4, queue_texts=1000)
        large = asyncio.create_task(batcher.submit([f"text {number}" for number in range(64)]))
        await settle()
        small = asyncio.create_task(batcher.submit(["small"]))
        await settle()
        scorer.gate.release()
        await settle()
        assert "small" in scorer.batches[1]
        scorer.gate.release()
        assert (await small).tolist() == [5.0]
        assert not large.done()
        for _ in range(64):
            scorer.gate.release()
        assert (await large).shape == (64,)

    asyncio.run(scenario())


def test_the_queue_is_bounded() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=1, queue_texts=2)
        running = asyncio.create_task(batcher.submit(["running"]))
        await settle()
        waiting = [asyncio.create_task(batcher.submit(["waiting"])) for _ in range(2)]
        await settle()
        assert batcher.waiting == 2
        with pytest.raises(QueueFullError):
            await batcher.submit(["too many"])
        for _ in range(3):
            scorer.gate.release()
        await asyncio.gather(running, *waiting)
        assert batcher.waiting == 0

    asyncio.run(scenario())


def test_a_cancelled_request_leaves_the_queue_and_is_never_scored() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        changes: list[int] = []
        batcher = Batcher(scorer, 1, 100, changes.append)
        running = asyncio.create_task(batcher.submit(["running"]))
        await settle()
        leaving = asyncio.create_task(batcher.submit(["leaving"]))
        staying = asyncio.create_task(batcher.submit(["staying"]))
        await settle()
        leaving.cancel()
        await settle()
        assert batcher.waiting == 1
        for _ in range(2):
            scorer.gate.release()
        await asyncio.gather(running, staying)
        assert scorer.batches == [["running"], ["staying"]]
        assert sum(changes) == 0

    asyncio.run(scenario())


def test_a_failing_scorer_fails_its_batch_and_no_other() -> None:
    async def fail_on_bad(texts: list[str]) -> FloatArray:
        if "bad" in texts:
            raise RuntimeError("cannot score")
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(fail_on_bad, batch_texts=4, queue_texts=100)
        with pytest.raises(RuntimeError, match="cannot score"):
            await batcher.submit(["bad"] * 10)
        assert batcher.waiting == 0
        assert (await batcher.submit(["good"])).tolist() == [4.0]

    asyncio.run(scenario())


@settings(max_examples=60, deadline=None)
@given(
    requests=st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=20), max_size=20),
    batch_texts=st.integers(1, 16),
    cancelled=st.sets(st.integers(0, 19)),
)
def test_every_request_gets_its_own_scores_in_order(
    requests: list[list[str]], batch_texts: int, cancelled: set[int]
) -> None:
    sizes: list[int] = []

    async def score(texts: list[str]) -> FloatArray:
        sizes.append(len(texts))
        await asyncio.sleep(0)
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(score, batch_texts, queue_texts=1000)
        tasks = [asyncio.create_task(batcher.submit(texts)) for texts in requests]
        await asyncio.sleep(0)
        for number, task in enumerate(tasks):
            if number in cancelled:
                task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for texts, outcome in zip(requests, outcomes, strict=True):
            if not isinstance(outcome, BaseException):
                assert outcome.tolist() == [len(text) for text in texts]
            else:
                assert isinstance(outcome, asyncio.CancelledError)
        assert batcher.waiting == 0

    asyncio.run(scenario())
    assert all(1 <= size <= batch_texts for size in sizes)
