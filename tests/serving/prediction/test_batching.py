import asyncio
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.arrays import FloatArray
from serving.prediction.batching import Batcher, QueueFullError
from serving.prediction.scoring import COLUMNS, ScoredBatch
from serving.prediction.timing import RequestTiming
from serving.prediction.tweet import Tweet
from serving.workers.cores import Cores
from serving.workers.shared_counters import SharedCounters


def length_of(tweets: Sequence[Tweet]) -> ScoredBatch:
    """Scores with the length of a text in the first column, and the length less one in the last."""
    scores = np.zeros((len(tweets), COLUMNS), dtype=np.float32)
    scores[:, 0] = [len(tweet.text) for tweet in tweets]
    scores[:, -1] = scores[:, 0] - 1
    return ScoredBatch(scores)


async def submit(
    batcher: Batcher, texts: Sequence[str], timing: RequestTiming | None = None
) -> FloatArray:
    tweets = list(map(Tweet, texts))
    return await batcher.submit(tweets, timing or RequestTiming())


def lengths(scores: FloatArray) -> list[float]:
    """The lengths in scores of ``length_of``, whose rows must be complete."""
    assert scores.shape[1:] == (COLUMNS,)
    assert scores.dtype == np.float32
    assert (scores[:, -1] == scores[:, 0] - 1).all()
    assert not scores[:, 1:-1].any()
    found: list[float] = scores[:, 0].tolist()
    return found


class GatedScorer:
    """Scores a text by its length. Each call waits until the test releases the gate."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, tweets: list[Tweet]) -> ScoredBatch:
        self.batches.append([tweet.text for tweet in tweets])
        await self.gate.acquire()
        return length_of(tweets)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_an_idle_scorer_scores_a_request_immediately() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100, queue_s=60)
        request = asyncio.create_task(submit(batcher, ["one"]))
        await settle()
        assert scorer.batches == [["one"]]
        scorer.gate.release()
        assert lengths(await request) == [3.0]

    asyncio.run(scenario())


def test_requests_that_queue_behind_a_busy_scorer_share_a_batch() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=8, queue_texts=100, queue_s=60)
        requests = [asyncio.create_task(submit(batcher, [word])) for word in ("a", "bb", "ccc")]
        await settle()
        scorer.gate.release()
        await settle()
        # The first request may be scored alone, before the others are submitted.
        assert len(scorer.batches) == 1 + (len(scorer.batches[0]) < 3)
        scorer.gate.release()
        assert [lengths(await request) for request in requests] == [[1.0], [2.0], [3.0]]
        assert sum(map(len, scorer.batches)) == 3

    asyncio.run(scenario())


def test_a_single_text_overtakes_a_large_request() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=4, queue_texts=1000, queue_s=60)
        large = asyncio.create_task(submit(batcher, [f"text {number}" for number in range(64)]))
        await settle()
        small = asyncio.create_task(submit(batcher, ["small"]))
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


def test_a_large_request_ends_while_single_texts_keep_arriving() -> None:
    async def score(tweets: list[Tweet]) -> ScoredBatch:
        await asyncio.sleep(0)
        return length_of(tweets)

    async def scenario() -> None:
        batcher = Batcher(score, batch_texts=8, queue_texts=1000, queue_s=60)
        answered = 0

        async def keep_asking() -> None:
            nonlocal answered
            while True:
                await submit(batcher, ["one"])
                answered += 1

        clients = [asyncio.create_task(keep_asking()) for _ in range(100)]
        await settle()
        before = answered
        await submit(batcher, ["many"] * 64)
        # The hundred older texts come first, with half of each batch. Afterwards the large request
        # has half of each batch.
        assert 64 <= answered - before <= 2 * 100 + 64 + 8
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        assert batcher.waiting == 0

    asyncio.run(scenario())


def test_a_batch_is_limited_to_a_tenth_of_the_longest_wait() -> None:
    sizes: list[int] = []

    async def slow(tweets: list[Tweet]) -> ScoredBatch:
        sizes.append(len(tweets))
        await asyncio.sleep(0.02 * len(tweets))
        return length_of(tweets)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=16, queue_texts=100, queue_s=1)
        await submit(batcher, ["sets the pace"])
        assert lengths(await submit(batcher, ["text"] * 20)) == [4.0] * 20
        # 0.1 s is the limit, and a text takes 0.02 s or more.
        assert max(sizes) <= 5
        assert len(sizes) < 21

    asyncio.run(scenario())


def test_a_text_slower_than_the_limit_of_a_batch_is_scored_alone() -> None:
    sizes: list[int] = []

    async def slow(tweets: list[Tweet]) -> ScoredBatch:
        sizes.append(len(tweets))
        await asyncio.sleep(0.02)
        return length_of(tweets)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=16, queue_texts=100, queue_s=0.1)
        await submit(batcher, ["sets the pace"])
        await submit(batcher, ["text"] * 3)
        assert sizes == [1, 1, 1, 1]

    asyncio.run(scenario())


def test_the_queue_is_bounded() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=1, queue_texts=2, queue_s=60)
        running = asyncio.create_task(submit(batcher, ["running"]))
        await settle()
        waiting = [asyncio.create_task(submit(batcher, ["waiting"])) for _ in range(2)]
        await settle()
        assert batcher.waiting == 2
        with pytest.raises(QueueFullError):
            await submit(batcher, ["too many"])
        for _ in range(3):
            scorer.gate.release()
        await asyncio.gather(running, *waiting)
        assert batcher.waiting == 0

    asyncio.run(scenario())


def test_a_request_with_too_long_an_expected_wait_is_refused() -> None:
    async def slow(tweets: list[Tweet]) -> ScoredBatch:
        await asyncio.sleep(0.05 * len(tweets))
        return length_of(tweets)

    async def scenario() -> None:
        batcher = Batcher(slow, batch_texts=1, queue_texts=100, queue_s=0.5)
        await submit(batcher, ["sets the pace"])
        requests = [submit(batcher, ["text"]) for _ in range(20)]
        outcomes = await asyncio.gather(*requests, return_exceptions=True)
        refused = [isinstance(outcome, QueueFullError) for outcome in outcomes]
        # The limit is 0.25 s, and a text takes 0.05 s or more.
        assert not refused[0]
        assert all(refused[6:])
        assert lengths(await submit(batcher, ["again"])) == [5.0]

    asyncio.run(scenario())


def test_a_large_request_ahead_does_not_cause_the_refusal_of_a_single_text() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        batcher = Batcher(scorer, batch_texts=1, queue_texts=1000, queue_s=1.0)
        scorer.gate.release()
        await submit(batcher, ["sets the pace"])
        batcher._text_s = 0.1
        large = asyncio.create_task(submit(batcher, ["text"] * 256))
        await settle()
        small = asyncio.create_task(submit(batcher, ["small"]))
        with pytest.raises(QueueFullError):
            await submit(batcher, ["text"] * 256)
        for _ in range(257):
            scorer.gate.release()
        assert lengths(await small) == [5.0]
        await large

    asyncio.run(scenario())


def test_the_time_of_a_request_is_split_into_queue_tokenisation_and_inference() -> None:
    async def read_and_score(tweets: list[Tweet]) -> ScoredBatch:
        await asyncio.sleep(0.03)
        return ScoredBatch(length_of(tweets).scores, tokenize_s=0.01)

    async def scenario() -> None:
        batcher = Batcher(read_and_score, batch_texts=1, queue_texts=100, queue_s=60)
        first, second = RequestTiming(), RequestTiming()
        await asyncio.gather(submit(batcher, ["first"], first), submit(batcher, ["second"], second))
        assert first.tokenize_s == second.tokenize_s == 0.01
        assert first.infer_s >= 0.02
        assert second.queue_s >= first.infer_s
        timing = dict(part.split(";dur=") for part in second.server_timing().split(", "))
        assert timing.keys() == {"queue", "tokenize", "infer", "respond"}
        assert float(timing["tokenize"]) == 10.0
        assert float(timing["queue"]) >= 20.0

    asyncio.run(scenario())


def test_a_cancelled_request_leaves_the_queue_unscored() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        changes: list[int] = []
        batcher = Batcher(scorer, 1, 100, 60, changes.append)
        running = asyncio.create_task(submit(batcher, ["running"]))
        await settle()
        leaving = asyncio.create_task(submit(batcher, ["leaving"]))
        staying = asyncio.create_task(submit(batcher, ["staying"]))
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


def test_each_core_runs_one_call() -> None:
    async def scenario() -> None:
        scorer = GatedScorer()
        cores = Cores(SharedCounters(bytearray(4), workers=2))
        batcher = Batcher(scorer, batch_texts=4, queue_texts=100, queue_s=60, cores=cores)
        timing, began = RequestTiming(), time.perf_counter()
        large = asyncio.create_task(submit(batcher, [str(10**n) for n in range(12)], timing))
        await settle()
        assert [len(batch) for batch in scorer.batches] == [4, 4]
        await asyncio.sleep(0.05)
        for _ in range(3):
            scorer.gate.release()
        assert lengths(await large) == list(range(1, 13))
        # The time in which two calls overlap counts once.
        assert timing.infer_s <= time.perf_counter() - began
        assert timing.queue_s >= 0
        again = asyncio.create_task(submit(batcher, ["again"]))
        scorer.gate.release()
        assert lengths(await again) == [5.0]

    asyncio.run(scenario())


def test_a_core_that_another_worker_uses_is_not_idle() -> None:
    async def scenario() -> None:
        scorer, numbers = GatedScorer(), bytearray(8)
        calls, others = (SharedCounters(numbers, 2, worker) for worker in range(2))
        batcher, other = Batcher(scorer, 2, 100, 60, cores=Cores(calls)), Cores(others)
        other.begin_call()
        request = asyncio.create_task(submit(batcher, list("abcdefgh")))
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


def test_a_failing_call_fails_the_requests_of_its_batch_only() -> None:
    async def fail_on_bad(tweets: list[Tweet]) -> ScoredBatch:
        if Tweet("bad") in tweets:
            raise RuntimeError("cannot score")
        return length_of(tweets)

    async def scenario() -> None:
        batcher = Batcher(fail_on_bad, batch_texts=4, queue_texts=100, queue_s=60)
        with pytest.raises(RuntimeError, match="cannot score"):
            await submit(batcher, ["bad"] * 10)
        assert batcher.waiting == 0
        assert lengths(await submit(batcher, ["good"])) == [4.0]

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

    async def score(tweets: list[Tweet]) -> ScoredBatch:
        sizes.append(len(tweets))
        await asyncio.sleep(0)
        return length_of(tweets)

    async def scenario() -> None:
        calls = SharedCounters(bytearray(4), workers=count)
        batcher = Batcher(score, batch_texts, queue_texts=1000, queue_s=60, cores=Cores(calls))
        tasks = [asyncio.create_task(submit(batcher, texts)) for texts in requests]
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
