"""Weights of rows by their source: how many copies of a training row there are."""

import math
from collections.abc import Sequence

import numpy as np

from models.examples import Examples
from training.data.sources import Tweets
from training.errors import DataError


def parse_weights(option: str) -> dict[str, float]:
    """Weights by source, of "2" or "forum=0.5,survey=3"; "" is the weight of other sources.

    Raises ``DataError`` for anything else.
    """
    weights = {}
    for part in option.split(","):
        source, equals, number = part.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if not 0 <= weight < math.inf or (equals and not source.strip()):
            raise DataError(
                f"--weight {option!r} is neither a number nor SOURCE=NUMBER, such as forum=0.5"
            )
        weights[source.strip()] = weight
    return weights


def weighted(train: Examples, tweets: Sequence[Tweets], option: str, seed: int) -> Examples:
    """The training examples, each as often as its source weighs.

    ``tweets`` tell the source of each text. The fraction of a weight is the probability of one more
    copy. Raises ``DataError`` for a source that no row has.
    """
    weights = parse_weights(option)
    sources = {
        text: source
        for part in tweets
        for text, source in zip(part.texts, part.sources or [], strict=False)
    }
    if unknown := set(weights) - {"", *sources.values()}:
        known = ", ".join(sorted(filter(None, set(sources.values())))[:10])
        raise DataError(
            f"--weight names the source {min(unknown)!r}, which no row has: "
            + (f"the sources are {known}" if known else "name their column with --source-column")
        )
    default = weights.get("", 1.0)
    copies = np.array([weights.get(sources.get(text, ""), default) for text in train.texts])
    drawn = np.random.default_rng(seed).random(len(copies)) < copies % 1
    return train.take(np.repeat(np.arange(len(copies)), copies.astype(int) + drawn))
