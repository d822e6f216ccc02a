"""The reference of a model: histograms of held-out tweets, with which live traffic is compared.

The reference holds counts and frequent words, and no tweet. Its file is one of the weight files, so
that the manifest lists the file's SHA-256.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.arrays import FloatArray
from models.drift.features import TEXT_FEATURES, frequent_words, measure

FEATURES = (*TEXT_FEATURES, "probability")
"""Monitored features: those of the text, and the calibrated P(positive)."""

# Most tweets have no emoji and no hashtag, so that the deciles would be 0.
_FIXED_EDGES = {"emojis": (0.0, 0.1, 0.25), "hashtags": (0.0, 0.1, 0.25)}
_DECILES = np.linspace(0.1, 0.9, 9)


class Histogram(BaseModel):
    """Number of values in each bin. Bin i holds ``edges[i - 1] < value <= edges[i]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edges: tuple[float, ...] = Field(
        min_length=1, description="inner edges, rising; the outer bins are open"
    )
    counts: tuple[int, ...] = Field(description="values in each bin, one more than edges")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if len(self.counts) != len(self.edges) + 1:
            raise ValueError(f"{len(self.edges)} edges need one count more, not {len(self.counts)}")
        if not all(low < high for low, high in pairwise(self.edges)):
            raise ValueError("the edges do not rise")
        if min(self.counts) < 0 or not sum(self.counts):
            raise ValueError("the counts must be at least 0, and their sum at least 1")
        return self


class Reference(BaseModel):
    """The histogram of each of ``FEATURES``, and the known words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(gt=0, description="tweets behind each histogram")
    words: tuple[str, ...] = Field(description="frequent words of the training split")
    histograms: dict[str, Histogram]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if set(self.histograms) != set(FEATURES):
            raise ValueError(f"the histograms are not those of {', '.join(FEATURES)}")
        return self


class Binner:
    """Assigns tweets to the bins of a reference's histograms."""

    def __init__(self, reference: Reference) -> None:
        self._is_known = frozenset(reference.words).__contains__
        self._edges = [reference.histograms[name].edges for name in FEATURES]

    def bins(self, text: str, probability: float) -> tuple[int, ...]:
        """Index of the tweet's bin for each of ``FEATURES``."""
        values = (*measure(text, self._is_known), probability)
        return tuple(map(bisect_left, self._edges, values))

    def count(self, texts: Iterable[str], probabilities: Iterable[float]) -> dict[str, list[int]]:
        """Number of tweets in each bin, by feature."""
        counts = [[0] * (len(edges) + 1) for edges in self._edges]
        for text, probability in zip(texts, probabilities, strict=True):
            for feature, index in zip(counts, self.bins(text, probability), strict=True):
                feature[index] += 1
        return dict(zip(FEATURES, counts, strict=True))


def fit_reference(
    train: Sequence[str], held_out: Sequence[str], probabilities: FloatArray
) -> Reference:
    """The reference of a model. ``probabilities``, shape (n,), are P(positive) of ``held_out``.

    Known words come from the training split. Histograms come from held-out tweets: in training
    tweets no word is unknown, and probabilities are more extreme.
    """
    words = frequent_words(train)
    is_known = frozenset(words).__contains__
    values = np.array(
        [
            (*measure(text, is_known), probability)
            for text, probability in zip(held_out, probabilities.tolist(), strict=True)
        ]
    )
    histograms = {
        name: _histogram(column, _FIXED_EDGES.get(name))
        for name, column in zip(FEATURES, values.T, strict=True)
    }
    return Reference(rows=len(held_out), words=words, histograms=histograms)


def _histogram(values: NDArray[np.float64], edges: tuple[float, ...] | None) -> Histogram:
    """Bins at ``edges``, by default at the deciles: equal bins make the index least variable."""
    if edges is None:
        deciles = np.unique(np.quantile(values, _DECILES, method="inverted_cdf"))
        edges = tuple(deciles.tolist())
    indices = np.searchsorted(edges, values, side="left")
    return Histogram(
        edges=edges, counts=tuple(np.bincount(indices, minlength=len(edges) + 1).tolist())
    )
