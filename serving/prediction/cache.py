"""Scores of recent tweets, since many tweets are retweets."""

import os
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b

import numpy as np
from cachetools import LRUCache

from models.arrays import FloatArray
from serving import metrics
from serving.prediction.tweet import Tweet

Score = Callable[[list[Tweet]], Awaitable[FloatArray]]


class ScoreCache:
    """The latest scores of one version of a model, by light text.

    Every model reads the light text or a text derived from it. The cache keeps keyed hashes of the
    texts, no text. The key is random and never leaves this process.
    """

    def __init__(self, texts: int) -> None:
        self._scores: LRUCache[bytes, FloatArray] = LRUCache(texts)
        self._key = os.urandom(16)
        self._hits = metrics.CACHE.labels("hit")
        self._misses = metrics.CACHE.labels("miss")

    async def scores(self, tweets: Sequence[Tweet], score: Score) -> FloatArray:
        """Scores in the order of ``tweets``, shape (n, COLUMNS). Each new text is scored once."""
        keys = [self._hash(tweet) for tweet in tweets]
        known = {key: self._scores[key] for key in keys if key in self._scores}
        new = {key: tweet for key, tweet in zip(keys, tweets, strict=True) if key not in known}
        self._hits.inc(len(tweets) - len(new))
        self._misses.inc(len(new))
        if new:
            known.update(zip(new, await score(list(new.values())), strict=True))
            # A row is a view that keeps the array of its whole batch alive: the cache copies it.
            self._scores.update((key, known[key].copy()) for key in new)
        return np.stack([known[key] for key in keys])

    def _hash(self, tweet: Tweet) -> bytes:
        return blake2b(tweet.light.encode(), key=self._key, digest_size=16).digest()
