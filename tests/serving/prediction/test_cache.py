import asyncio

import numpy as np
import pytest

from models.arrays import FloatArray
from serving.prediction.cache import ScoreCache
from serving.prediction.tweet import Tweet


class Lengths:
    """Scores a text by its length and half of its length, and records the texts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, tweets: list[Tweet]) -> FloatArray:
        texts = [tweet.text for tweet in tweets]
        self.asked += texts
        return np.array([(len(text), len(text) / 2) for text in texts], dtype=np.float32)


def ask(cache: ScoreCache, score: Lengths, *texts: str) -> list[float]:
    scores = asyncio.run(cache.scores(list(map(Tweet, texts)), score))
    assert scores.shape == (len(texts), 2)
    assert scores.dtype == np.float32
    assert (scores[:, 1] == scores[:, 0] / 2).all()
    return list(map(float, scores[:, 0]))


def test_only_new_texts_are_scored_and_the_order_is_kept() -> None:
    cache, score = ScoreCache(10), Lengths()
    assert ask(cache, score, "a", "bb") == [1, 2]
    assert ask(cache, score, "ccc", "bb", "dddd", "a") == [3, 2, 4, 1]
    assert score.asked == ["a", "bb", "ccc", "dddd"]


def test_a_repeated_new_text_is_scored_once_even_if_the_cache_is_smaller() -> None:
    cache, score = ScoreCache(1), Lengths()
    assert ask(cache, score, "a", "bb", "a", "ccc", "bb") == [1, 2, 1, 3, 2]
    assert sorted(score.asked) == ["a", "bb", "ccc"]


def test_texts_with_one_light_text_share_a_score() -> None:
    cache, score = ScoreCache(10), Lengths()
    ask(cache, score, "@one loves  https://example.org/1 &amp; more")
    ask(cache, score, "@other loves https://example.org/2 & more")
    ask(cache, score, "@other LOVES https://example.org/2 & more")
    assert len(score.asked) == 2


def test_the_least_recently_used_text_is_dropped() -> None:
    cache, score = ScoreCache(2), Lengths()
    ask(cache, score, "a", "bb")
    ask(cache, score, "a")
    ask(cache, score, "ccc")
    ask(cache, score, "a", "bb")
    assert score.asked == ["a", "bb", "ccc", "bb"]


def test_a_cached_row_does_not_keep_the_array_of_its_batch_alive() -> None:
    cache = ScoreCache(10)
    ask(cache, Lengths(), *(f"text {number}" for number in range(100)))
    assert len(cache._scores) == 10
    assert all(row.base is None for row in cache._scores.values())


def test_a_text_whose_scoring_failed_is_not_cached() -> None:
    async def fail(tweets: list[Tweet]) -> FloatArray:
        raise RuntimeError("cannot score")

    cache, score = ScoreCache(10), Lengths()
    with pytest.raises(RuntimeError, match="cannot score"):
        asyncio.run(cache.scores([Tweet("a")], fail))
    ask(cache, score, "a")
    assert score.asked == ["a"]


def test_the_cache_holds_keyed_hashes_and_no_text() -> None:
    cache = ScoreCache(10)
    ask(cache, Lengths(), "a tweet of somebody")
    (key,) = cache._scores
    assert len(key) == 16
    other = ScoreCache(10)
    ask(other, Lengths(), "a tweet of somebody")
    assert key not in other._scores
