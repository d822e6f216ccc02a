"""Batches of texts of like length, so that short ones are not padded to the longest of all."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

Item = TypeVar("Item")

# On a CPU more tokens in a batch gain nothing but padding; a GPU is filled by many.
CPU_TOKENS = 192
NATIVE_TOKENS = 4096


def by_length(lengths: Sequence[int], size: int) -> Iterator[NDArray[np.intp]]:
    """Indices of at most ``size`` items each, shortest first."""
    order = np.argsort(np.asarray(lengths), kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]


def within_tokens(lengths: Sequence[int], tokens: int) -> Iterator[NDArray[np.intp]]:
    """Indices of items that take at most ``tokens`` once padded to the longest, shortest first.

    An item that is longer is alone.
    """
    order = np.argsort(np.asarray(lengths), kind="stable")
    start = 0
    for end, index in enumerate(order):
        if end > start and (end - start + 1) * lengths[index] > tokens:
            yield order[start:end]
            start = end
    if start < len(order):
        yield order[start:]


def score_by_length(
    items: Sequence[Sequence[Item]],
    tokens: int,
    classes: int,
    score: Callable[[list[Sequence[Item]]], FloatArray],
) -> FloatArray:
    """Scores of ``items`` in their own order, shape (n, k), float32, by batches within ``tokens``.

    ``score`` answers with an array of shape (b, k) for a batch of b items.
    """
    scores = np.empty((len(items), classes), dtype=np.float32)
    for batch in within_tokens([len(item) for item in items], tokens):
        scores[batch] = score([items[index] for index in batch])
    return scores
