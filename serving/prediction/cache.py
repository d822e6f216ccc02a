"""Scores of recent texts, as retweets are many."""

import os
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b

import numpy as np
from cachetools import LRUCache

from models.arrays import FloatArray
from models.text.normalization import normalize_light
from serving import metrics

Score = Callable[[list[str]], Awaitable[FloatArray]]


class ScoreCache:
    """The last scores of one model in one version, by normalised text.

    Every model reads what the light normalisation leaves of a text, or what goes on from it. Of the
    texts only keyed hashes are kept, whose key never leaves this process.
    """

    def __init__(self, texts: int) -> None:
        self._scores: LRUCache[bytes, FloatArray] = LRUCache(texts)
        self._key = os.urandom(16)
        self._hits = metrics.CACHE.labels("hit")
        self._misses = metrics.CACHE.labels("miss")

    async def scores(self, texts: Sequence[str], score: Score) -> FloatArray:
        """Scores in the order of ``texts``, shape (n, COLUMNS): each new text is scored once."""
        keys = [self._key_of(text) for text in texts]
        known = {key: self._scores[key] for key in keys if key in self._scores}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        self._hits.inc(len(texts) - len(new))
        self._misses.inc(len(new))
        if new:
            known.update(zip(new, await score(list(new.values())), strict=True))
            # A copy, as a row would keep the whole array of its batch alive.
            self._scores.update((key, known[key].copy()) for key in new)
        return np.stack([known[key] for key in keys])

    def _key_of(self, text: str) -> bytes:
        normalized = normalize_light(text).encode()
        return blake2b(normalized, key=self._key, digest_size=16).digest()
