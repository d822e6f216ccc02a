"""Batches of texts of like length, so that short ones are not padded to the longest of all."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.scorer import FloatArray

Item = TypeVar("Item")


def by_length(lengths: Sequence[int], size: int) -> Iterator[NDArray[np.intp]]:
    """Indices of at most ``size`` items each, shortest first."""
    order = np.argsort(np.asarray(lengths), kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]


def score_by_length(
    items: Sequence[Sequence[Item]],
    size: int,
    score: Callable[[list[Sequence[Item]]], FloatArray],
) -> FloatArray:
    """Scores of ``items`` in their own order, shape (n,), float32, computed length by length."""
    scores = np.empty(len(items), dtype=np.float32)
    for batch in by_length([len(item) for item in items], size):
        scores[batch] = score([items[index] for index in batch])
    return scores
