from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.arrays import FloatArray
from models.inference.batches import by_length, score_by_length, within_tokens

ITEMS = st.lists(st.lists(st.integers(0, 1000), max_size=12), max_size=60)
SIZES = st.integers(1, 20)


@settings(deadline=None, max_examples=100)
@given(ITEMS, SIZES)
def test_scores_are_in_the_order_of_the_items(items: list[list[int]], size: int) -> None:
    def total(batch: list[Sequence[int]]) -> FloatArray:
        return np.array([(sum(item), len(item)) for item in batch], dtype=np.float32)

    scores = score_by_length(items, size, 2, total)
    assert scores.dtype == np.float32
    assert scores.shape == (len(items), 2)
    assert scores.tolist() == [[sum(item), len(item)] for item in items]


@settings(deadline=None, max_examples=100)
@given(ITEMS, st.integers(1, 100))
def test_every_item_is_scored_once_and_batches_keep_the_limit_of_tokens(
    items: list[list[int]], tokens: int
) -> None:
    seen: list[Sequence[int]] = []

    def score(batch: list[Sequence[int]]) -> FloatArray:
        assert len(batch) == 1 or len(batch) * max(map(len, batch)) <= tokens
        seen.extend(batch)
        return np.zeros((len(batch), 1), dtype=np.float32)

    score_by_length(items, tokens, 1, score)
    assert sorted(map(list, seen)) == sorted(items)


def test_a_batch_is_filled_up_to_the_limit_of_tokens() -> None:
    lengths = [5, 40, 10, 10, 200, 5]
    batches = [batch.tolist() for batch in within_tokens(lengths, 40)]
    assert batches == [[0, 5, 2, 3], [1], [4]]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 99), max_size=60), SIZES)
def test_batches_by_length_are_sorted_and_full(lengths: list[int], size: int) -> None:
    batches = [batch.tolist() for batch in by_length(lengths, size)]
    order = [index for batch in batches for index in batch]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[index] for index in order] == sorted(lengths)
    assert len(batches) == -(-len(lengths) // size)
