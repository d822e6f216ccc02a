"""The held-out texts of the gate: the test split of the rated data set.

Choices use the validation split: early stopping, calibration, the decision, and the best run among
many. A model looks better on the rows by which it was chosen. The test split decided nothing in the
training of either model, so that its figures are not biased. The gate asks it one question for each
candidate, and does not choose among candidates by the answer.
"""

from collections.abc import Iterable
from functools import lru_cache

from training.data.rated import RatedTexts
from training.data.rated_splits import load_rated_splits
from training.data.splits import text_keys

GATE_SEED = 7
"""Seed of the splits, which is the default of the training commands."""


def held_out_texts(seeds: Iterable[int] = ()) -> RatedTexts:
    """The rated test texts of the gate, which are test texts with each of ``seeds`` too.

    ``seeds`` are those of the compared trainings. A training with another seed has learned from
    most of the gate's test texts. These texts are left out.
    """
    rows = _rated_test(GATE_SEED)
    for seed in set(seeds) - {GATE_SEED}:
        rows = in_both(rows, _rated_test(seed))
    return rows


def in_both(rows: RatedTexts, others: RatedTexts) -> RatedTexts:
    """The rows whose text is in ``others`` too."""
    keys = {key for text in others.texts for key in text_keys(text)}
    return rows.take(
        [row for row, text in enumerate(rows.texts) if not keys.isdisjoint(text_keys(text))]
    )


@lru_cache(maxsize=2)
def _rated_test(seed: int) -> RatedTexts:
    rows = load_rated_splits(seed=seed).rated_test
    if rows is None:
        raise RuntimeError("the rated data set has no test split")
    return rows
