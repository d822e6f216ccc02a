import asyncio
import time
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.arrays import FloatArray
from serving.prediction.batching import Batcher, QueueFullError
from serving.prediction.scoring import COLUMNS, ScoredBatch
from serving.prediction.timing import Stages
from serving.workers.cores import Cores
from serving.workers.shared import WorkerNumbers

Score = Callable[[list[str]], Awaitable[ScoredBatch]]


def length_of(texts: list[str]) -> ScoredBatch:
    """Scores of which the first column is the length, and the last the length less one."""
    scores = np.zeros((len(texts), COLUMNS), dtype=np.float32)
    scores[:, 0] = [len(text) for text in texts]
    scores[:, -1] = scores[:, 0] - 1
    return ScoredBatch(scores)


def lengths(scores: FloatArray) -> list[float]:
    """The lengths that such scores tell, in rows that are whole."""
    assert scores.shape[1:] == (COLUMNS,)
    assert scores.dtype == np.float32
    assert (scores[:, -1] == scores[:, 0] - 1).all()
    assert not scores[:, 1:-1].any()
    found: list[float] = scores[:, 0].tolist()
    return found


class GatedScorer:
    """Scores a text by its length, each call only when the test opens the gate."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, texts: list[str]) -> ScoredBatch:
        self.batches.append(texts)
        await self.gate.acquire()
        return length_of(texts)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_request_that_comes_while_the_scorer_is_idle_leaves_at_once() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100, queue_s=60)
        request = asyncio.create_task(batcher.submit(["one"], Stages()))
        await settle()
        assert scorer.batches == [["one"]]
        scorer.gate.release()
        assert lengths(await request) == [3.0]

    asyncio.run(scenario())


def test_what_comes_while_the_scorer_is_busy_leaves_together() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100, queue_s=60)
        requests = [
            asyncio.create_task(batcher.submit([word], Stages())) for word in ("a", "bb", "ccc")
        ]
        await settle()
        scorer.gate.release()
        await settle()
        # The first was alone in the queue for one turn of the loop at most.
        assert len(scorer.batches) == 1 + (len(scorer.batches[0]) < 3)
        scorer.gate.release()
        assert [lengths(await request) for request in requests] == [[1.0], [2.0], [3.0]]
        assert sum(map(len, scorer.batches)) == 3

    asyncio.run(scenario())


def test_a_single_text_does_not_wait_for_the_whole_of_a_large_request() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=4, queue_texts=1000, queue_s=60)
        large = asyncio.create_task(
            batcher.submit([f"text {number}" for number in range(64)], Stages())
        )
        await settle()
        small = asyncio.create_task(batcher.submit(["small"], Stages()))
        await settle()
        scorer.gate.release()
        await settle()
        assert "small" in scorer.batches[1]
        scorer.gate.release()
        assert lengths(await small) == [5.0]
        assert not large.done()
        for _ in range(64):
            scorer.gate.release()
        assert (await large).shape == (64, COLUMNS)

    asyncio.run(scenario())


def test_a_large_request_ends_though_single_texts_keep_coming() -> None:
    async def score(texts: list[str]) -> ScoredBatch:
        await asyncio.sleep(0)
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(score, batch_texts=8, queue_texts=1000, queue_s=60)
        answered = 0

        async def keep_asking() -> None:
            nonlocal answered
            while True:
                await batcher.submit(["one"], Stages())
                answered += 1

        clients = [asyncio.create_task(keep_asking()) for _ in range(100)]
        await settle()
        before = answered
        await batcher.submit(["many"] * 64, Stages())
        # First the hundred before it, half of the texts scored; then it has half itself.
        assert 64 <= answered - before <= 2 * 100 + 64 + 8
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        assert batcher.waiting == 0

    asyncio.run(scenario())


def test_a_batch_has_no_more_texts_than_take_a_tenth_of_the_longest_wait() -> None:
    sizes: list[int] = []

    async def slow(texts: list[str]) -> ScoredBatch:
        sizes.append(len(texts))
        await asyncio.sleep(0.02 * len(texts))
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=16, queue_texts=100, queue_s=1)
        await batcher.submit(["tells the pace"], Stages())
        assert lengths(await batcher.submit(["text"] * 20, Stages())) == [4.0] * 20
        # A sleep is never shorter than asked for: five texts at most, and more than one of them.
        assert max(sizes) <= 5
        assert len(sizes) < 21

    asyncio.run(scenario())


def test_a_text_that_takes_longer_than_that_is_scored_alone() -> None:
    sizes: list[int] = []

    async def slow(texts: list[str]) -> ScoredBatch:
        sizes.append(len(texts))
        await asyncio.sleep(0.02)
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=16, queue_texts=100, queue_s=0.1)
        await batcher.submit(["tells the pace"], Stages())
        await batcher.submit(["text"] * 3, Stages())
        assert sizes == [1, 1, 1, 1]

    asyncio.run(scenario())


def test_the_queue_is_bounded() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=1, queue_texts=2, queue_s=60)
        running = asyncio.create_task(batcher.submit(["running"], Stages()))
        await settle()
        waiting = [asyncio.create_task(batcher.submit(["waiting"], Stages())) for _ in range(2)]
        await settle()
        assert batcher.waiting == 2
        with pytest.raises(QueueFullError):
            await batcher.submit(["too many"], Stages())
        for _ in range(3):
            scorer.gate.release()
        await asyncio.gather(running, *waiting)
        assert batcher.waiting == 0

    asyncio.run(scenario())


def test_what_would_wait_for_too_long_is_refused_until_the_queue_is_shorter() -> None:
    async def slow(texts: list[str]) -> ScoredBatch:
        await asyncio.sleep(0.05 * len(texts))
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=1, queue_texts=100, queue_s=0.5)
        await batcher.submit(["tells the pace"], Stages())
        requests = [batcher.submit(["text"], Stages()) for _ in range(20)]
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
        refused = [isinstance(outcome, QueueFullError) for outcome in outcomes]
        # Five texts take more than half of that: a request behind so many is refused.
        assert not refused[0]
        assert all(refused[6:])
        assert lengths(await batcher.submit(["again"], Stages())) == [5.0]

    asyncio.run(scenario())


def test_a_large_request_ahead_does_not_have_a_single_text_refused() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=1, queue_texts=1000, queue_s=1.0)
        scorer.gate.release()
        await batcher.submit(["tells the pace"], Stages())
        batcher._text_s = 0.1
        large = asyncio.create_task(batcher.submit(["text"] * 256, Stages()))
        await settle()
        small = asyncio.create_task(batcher.submit(["small"], Stages()))
        with pytest.raises(QueueFullError):
            await batcher.submit(["text"] * 256, Stages())
        for _ in range(257):
            scorer.gate.release()
        assert lengths(await small) == [5.0]
        await large

    asyncio.run(scenario())


def test_the_stages_of_a_request_add_up_to_its_time() -> None:
    async def read_and_score(texts: list[str]) -> ScoredBatch:
        await asyncio.sleep(0.03)
        return ScoredBatch(length_of(texts).scores, tokenize_s=0.01)

    async def scenario() -> None:
        batcher = Batcher(read_and_score, batch_texts=1, queue_texts=100, queue_s=60)
        first, second = Stages(), Stages()
        await asyncio.gather(batcher.submit(["first"], first), batcher.submit(["second"], second))
        assert first.tokenize_s == second.tokenize_s == 0.01
        assert first.infer_s >= 0.02
        assert second.queue_s >= first.infer_s
        timing = dict(part.split(";dur=") for part in second.server_timing().split(", "))
        assert timing.keys() == {"queue", "tokenize", "infer", "respond"}
        assert float(timing["tokenize"]) == 10.0
        assert float(timing["queue"]) >= 20.0

    asyncio.run(scenario())


def test_a_cancelled_request_leaves_the_queue_and_is_never_scored() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        changes: list[int] = []
        batcher = Batcher(scorer, 1, 100, 60, changes.append)
        running = asyncio.create_task(batcher.submit(["running"], Stages()))
        await settle()
        leaving = asyncio.create_task(batcher.submit(["leaving"], Stages()))
        staying = asyncio.create_task(batcher.submit(["staying"], Stages()))
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


def test_as_many_calls_as_there_are_cores_are_made_at_a_time() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        cores = Cores(WorkerNumbers(bytearray(4), workers=2))
        batcher = Batcher(scorer, batch_texts=4, queue_texts=100, queue_s=60, cores=cores)
        stages, began = Stages(), time.perf_counter()
        large = asyncio.create_task(batcher.submit([str(10**n) for n in range(12)], stages))
        await settle()
        assert [len(batch) for batch in scorer.batches] == [4, 4]
        await asyncio.sleep(0.05)
        for _ in range(3):
            scorer.gate.release()
        assert lengths(await large) == list(range(1, 13))
        # What passes in two calls at a time passes once.
        assert stages.infer_s <= time.perf_counter() - began
        assert stages.queue_s >= 0
        again = asyncio.create_task(batcher.submit(["again"], Stages()))
        scorer.gate.release()
        assert lengths(await again) == [5.0]

    asyncio.run(scenario())


def test_a_core_on_which_another_worker_scores_is_left_to_it() -> None:
    async def scenario() -> None:
        scorer, numbers = GatedScorer(), bytearray(8)
        calls, others = (WorkerNumbers(numbers, 2, worker) for worker in range(2))
        batcher, other = Batcher(scorer, 2, 100, 60, cores=Cores(calls)), Cores(others)
        other.begin_call()
        request = asyncio.create_task(batcher.submit(list("abcdefgh"), Stages()))
        await settle()
        assert scorer.batches == [["a", "b"]]
        other.end_call()
        scorer.gate.release()
        await settle()
        assert scorer.batches == [["a", "b"], ["c", "d"], ["e", "f"]]
        other.begin_call()
        scorer.gate.release()
        await settle()
        assert len(scorer.batches) == 3
        scorer.gate.release()
        await settle()
        scorer.gate.release()
        assert len(await request) == 8
        assert (calls.mine, others.mine) == (0, 1)

    asyncio.run(scenario())


def test_a_failing_scorer_fails_its_batch_and_no_other() -> None:
    async def fail_on_bad(texts: list[str]) -> ScoredBatch:
        if "bad" in texts:
            raise RuntimeError("cannot score")
        return length_of(texts)

    async def scenario() -> None:
        batcher = Batcher(fail_on_bad, batch_texts=4, queue_texts=100, queue_s=60)
        with pytest.raises(RuntimeError, match="cannot score"):
            await batcher.submit(["bad"] * 10, Stages())
        assert batcher.waiting == 0
        assert lengths(await batcher.submit(["good"], Stages())) == [4.0]

    asyncio.run(scenario())


@settings(max_examples=60, deadline=None)
@given(
    requests=st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=20), max_size=20),
    batch_texts=st.integers(1, 16),
    count=st.integers(1, 3),
    cancelled=st.sets(st.integers(0, 19)),
)
def test_every_request_gets_its_own_scores_in_order(
    requests: list[list[str]], batch_texts: int, count: int, cancelled: set[int]
) -> None:
    sizes: list[int] = []

    async def score(texts: list[str]) -> ScoredBatch:
        sizes.append(len(texts))
        await asyncio.sleep(0)
        return length_of(texts)

    async def scenario() -> None:
        calls = WorkerNumbers(bytearray(4), workers=count)
        batcher = Batcher(score, batch_texts, queue_texts=1000, queue_s=60, cores=Cores(calls))
        tasks = [asyncio.create_task(batcher.submit(texts, Stages())) for texts in requests]
        await asyncio.sleep(0)
        for number, task in enumerate(tasks):
            if number in cancelled:
                task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for texts, outcome in zip(requests, outcomes, strict=True):
            if not isinstance(outcome, BaseException):
                assert lengths(outcome) == [len(text) for text in texts]
            else:
                assert isinstance(outcome, asyncio.CancelledError)
        assert batcher.waiting == 0
        await settle()
        assert calls.mine == 0

    asyncio.run(scenario())
    assert all(1 <= size <= batch_texts for size in sizes)
