"""Batches of texts of similar length, so that short texts need little padding."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

Item = TypeVar("Item")

CPU_TOKENS = 192
"""Tokens in a batch on a CPU, padding included. More tokens add padding and no throughput."""

NATIVE_TOKENS = 4096
"""Tokens in a batch on the native backend, padding included. A GPU needs many to be busy."""


def by_length(lengths: Sequence[int], size: int) -> Iterator[NDArray[np.intp]]:
    """Batches of at most ``size`` items, as their indices, the shortest items first."""
    order = np.argsort(np.asarray(lengths), kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]


def within_tokens(lengths: Sequence[int], tokens: int) -> Iterator[NDArray[np.intp]]:
    """Batches of at most ``tokens`` tokens, padding included, as indices of their items.

    The shortest items come first. An item of more tokens is a batch of its own.
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
    """Scores of ``items`` in their order, shape (n, classes), float32.

    ``score`` gets batches of at most ``tokens`` tokens, padding included. It returns an array of
    shape (b, classes) for b items.
    """
    scores = np.empty((len(items), classes), dtype=np.float32)
    for batch in within_tokens([len(item) for item in items], tokens):
        scores[batch] = score([items[index] for index in batch])
    return scores
