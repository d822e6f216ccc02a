"""Tweets that the load tests send, from the embedded data set."""

import random
from collections.abc import Iterator
from functools import lru_cache

from training.data.sources import load_embedded

# Share of requests with one of a few popular tweets, like retweets.
_REPEATED = 0.2
_POPULAR = 50


@lru_cache(maxsize=1)
def tweets(seed: int = 7) -> list[str]:
    """All tweets of the embedded data set within the service's limits, shuffled."""
    texts = [text for text in load_embedded().texts if 1 <= len(text.strip()) <= 1000]
    random.Random(seed).shuffle(texts)
    return texts


def traffic(seed: int) -> Iterator[str]:
    """An endless stream of tweets: 20 % are one of 50 popular tweets."""
    chance = random.Random(seed)
    popular = tweets()[:_POPULAR]
    while True:
        yield chance.choice(popular if chance.random() < _REPEATED else tweets())
