"""The airline tweets of the demonstration: feedback, a pool for the repetitions, and the others."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from training.data.sources import Tweets, load_airline
from training.data.splits import text_keys

FEEDBACK_TWEETS = 500
POOL_TWEETS = 2500


@dataclass(frozen=True)
class AirlineTweets:
    """Positive and negative tweets in three parts that share no text.

    - ``feedback`` arrives as feedback in the demonstration.
    - ``pool``: each repetition draws its feedback from these tweets.
    - ``others`` never are feedback. All models are measured on these tweets.
    """

    feedback: Tweets
    pool: Tweets
    others: Tweets

    @classmethod
    def draw(cls, path: Path, seed: int) -> Self:
        """Draw the parts from ``Tweets.csv``. Raises ``DataError``."""
        tweets = load_airline(path).sided()
        order = np.random.default_rng(seed).permutation(len(tweets))
        seen: set[str] = set()
        distinct = []
        for row in order.tolist():
            keys = set(text_keys(tweets.texts[row]))
            if seen.isdisjoint(keys):
                distinct.append(row)
            seen |= keys
        rows = np.array(distinct)
        ends = (FEEDBACK_TWEETS, FEEDBACK_TWEETS + POOL_TWEETS)
        return cls(*(tweets.take(np.sort(part)) for part in np.split(rows, ends)))
