import asyncio

import numpy as np
import pytest

from models.arrays import FloatArray
from serving.prediction.cache import ScoreCache


class Lengths:
    """Scores a text by its length and the half of it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, texts: list[str]) -> FloatArray:
        self.asked += texts
        return np.array([(len(text), len(text) / 2) for text in texts], dtype=np.float32)


def ask(cache: ScoreCache, score: Lengths, *texts: str) -> list[float]:
    scores = asyncio.run(cache.scores(texts, score))
    assert scores.shape == (len(texts), 2)
    assert scores.dtype == np.float32
    assert (scores[:, 1] == scores[:, 0] / 2).all()
    return list(map(float, scores[:, 0]))


def test_only_new_texts_are_scored_and_the_order_is_kept() -> None:
    cache, score = ScoreCache(10), Lengths()
    assert ask(cache, score, "a", "bb") == [1, 2]
    assert ask(cache, score, "ccc", "bb", "dddd", "a") == [3, 2, 4, 1]
    assert score.asked == ["a", "bb", "ccc", "dddd"]


def test_a_text_that_is_new_several_times_is_scored_once_even_if_the_cache_is_smaller() -> None:
    cache, score = ScoreCache(1), Lengths()
    assert ask(cache, score, "a", "bb", "a", "ccc", "bb") == [1, 2, 1, 3, 2]
    assert sorted(score.asked) == ["a", "bb", "ccc"]


def test_texts_that_models_cannot_tell_apart_are_one() -> None:
    cache, score = ScoreCache(10), Lengths()
    ask(cache, score, "@one loves  https://example.org/1 &amp; more")
    ask(cache, score, "@other loves https://example.org/2 & more")
    ask(cache, score, "@other LOVES https://example.org/2 & more")
    assert len(score.asked) == 2


def test_the_texts_used_least_recently_make_room() -> None:
    cache, score = ScoreCache(2), Lengths()
    ask(cache, score, "a", "bb")
    ask(cache, score, "a")
    ask(cache, score, "ccc")
    ask(cache, score, "a", "bb")
    assert score.asked == ["a", "bb", "ccc", "bb"]


def test_a_kept_row_does_not_keep_the_batch_that_it_came_with() -> None:
    cache = ScoreCache(10)
    ask(cache, Lengths(), *(f"text {number}" for number in range(100)))
    assert len(cache._scores) == 10
    assert all(row.base is None for row in cache._scores.values())


def test_what_could_not_be_scored_is_not_kept() -> None:
    async def fail(texts: list[str]) -> FloatArray:
        raise RuntimeError("cannot score")

    cache, score = ScoreCache(10), Lengths()
    with pytest.raises(RuntimeError, match="cannot score"):
        asyncio.run(cache.scores(["a"], fail))
    ask(cache, score, "a")
    assert score.asked == ["a"]


def test_no_text_is_kept() -> None:
    cache = ScoreCache(10)
    ask(cache, Lengths(), "a tweet of somebody")
    (key,) = cache._scores
    assert len(key) == 16
    other = ScoreCache(10)
    ask(other, Lengths(), "a tweet of somebody")
    assert key not in other._scores
