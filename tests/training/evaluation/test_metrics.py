from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.confidence.decision import Decision
from training.evaluation.metrics import Interval, evaluate, intervals, precision_at_recall

LABELS = np.array([1, 1, 0, 1, 0, 0, 0, 1], dtype=np.int8)
PROBABILITIES = np.array([0.95, 0.9, 0.85, 0.7, 0.6, 0.3, 0.1, 0.05], dtype=np.float32)
DECISION = Decision(threshold=0.65, low=0.2, high=0.88, precision=1.0, coverage=0.5)


def test_figures_of_a_case_counted_by_hand() -> None:
    figures = evaluate(LABELS, PROBABILITIES, DECISION)
    # At 0.65: three hits, one false alarm, one miss, three true negatives.
    assert figures["precision"] == pytest.approx(3 / 4)
    assert figures["recall"] == pytest.approx(3 / 4)
    assert figures["f1"] == pytest.approx(3 / 4)
    assert figures["accuracy"] == pytest.approx(6 / 8)
    # Of the 16 pairs of a positive and a negative, 4 + 4 + 3 + 0 stand in the right order.
    assert figures["roc_auc"] == pytest.approx(11 / 16)
    assert figures["average_precision"] == pytest.approx((1 + 1 + 3 / 4 + 4 / 8) / 4)
    assert figures["average_precision_negative"] == pytest.approx(
        (1 / 2 + 2 / 3 + 3 / 4 + 4 / 6) / 4
    )
    # Recall 0.8 needs all four positives.
    assert figures["precision_at_recall_80"] == pytest.approx(4 / 8)
    assert figures["brier"] == pytest.approx(
        (0.05**2 + 0.1**2 + 0.85**2 + 0.3**2 + 0.6**2 + 0.3**2 + 0.1**2 + 0.95**2) / 8
    )
    # Below 0.2: two; at 0.88 and above: two, both positive.
    assert figures["confident_share"] == pytest.approx(4 / 8)
    assert figures["confident_positive_precision"] == 1.0


def test_a_model_without_a_positive_answer_has_precision_zero() -> None:
    figures = evaluate(LABELS, PROBABILITIES * np.float32(0.1), DECISION)
    assert figures["precision"] == figures["recall"] == figures["f1"] == 0
    assert figures["confident_positive_precision"] == 0


@pytest.mark.parametrize(
    ("recall", "expected"), [(0.25, 1.0), (0.5, 1.0), (0.6, 3 / 4), (0.75, 3 / 4), (0.8, 4 / 8)]
)
def test_precision_at_recall_takes_the_best_cut_that_reaches_it(
    recall: float, expected: float
) -> None:
    assert precision_at_recall(LABELS, PROBABILITIES, recall) == pytest.approx(expected)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=2, max_size=40))
def test_figures_are_between_0_and_1(rows: list[tuple[bool, float]]) -> None:
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    assume(0 < labels.sum() < len(labels))
    figures = evaluate(labels, np.array([p for _, p in rows], dtype=np.float32), DECISION)
    assert all(0 <= value <= 1 for value in figures.values())


def test_intervals_contain_the_value_narrow_with_rows_and_repeat_with_the_seed() -> None:
    generator = np.random.default_rng(11)
    labels = (generator.random(600) < 0.5).astype(np.int8)
    scores = np.clip(0.3 * labels + generator.random(600) * 0.7, 0, 1).astype(np.float32)
    decision = replace(DECISION, threshold=0.5, high=0.6)
    few = intervals(labels[:120], scores[:120], decision, seed=1)
    many = intervals(labels, scores, decision, seed=1)
    assert few == intervals(labels[:120], scores[:120], decision, seed=1)
    figures = evaluate(labels, scores, decision)
    assert many.keys() == figures.keys()
    for name, interval in many.items():
        assert interval.value == pytest.approx(figures[name])
        assert interval.low < interval.value < interval.high
        assert interval.high - interval.low < few[name].high - few[name].low


def test_an_interval_is_formatted_with_three_decimals() -> None:
    assert str(Interval(0.91251, 0.9, 0.9249)) == "0.913 [0.900, 0.925]"
