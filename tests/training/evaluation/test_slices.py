import json

import numpy as np
import pytest

from models.confidence.decision import Decision
from training.evaluation.curves import precision_recall_points, reliability_points
from training.evaluation.slices import SLICES, figures_by_slice, worst_errors

DECISION = Decision(threshold=0.6, low=0.25, high=0.875, precision=0.95, coverage=0.5)


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        ("with a negation", "it wasn't late", "it was notable"),
        ("with a negation", "never again", "nevertheless fine"),
        ("with an emoji or emoticon", "late again :(", "at 10:30 (gate 4)"),
        ("with an emoji or emoticon", "lovely \U0001f600", "lovely"),
        ("with a hashtag", "lovely #crew", "room number 5"),
        ("with a word in capital letters", "LATE again", "A US flight"),
        ("to somebody (@)", "@crew hello", "hello @crew"),
        ("up to 40 characters", "x" * 40, "x" * 41),
        ("over 90 characters", "x" * 91, "x" * 90),
    ],
)
def test_kinds_of_tweets(kind: str, inside: str, outside: str) -> None:
    assert SLICES[kind](inside)
    assert not SLICES[kind](outside)


def test_figures_are_those_of_the_slice_alone() -> None:
    texts = ["not a word"] * 100 + ["a word"] * 100
    labels = np.tile([1, 0], 100).astype(np.int8)
    right = np.where(labels == 1, 0.9, 0.1)
    probabilities = np.where(np.arange(200) < 100, 1 - right, right).astype(np.float32)
    figures = figures_by_slice(texts, labels, probabilities, DECISION)
    assert figures["with a negation"]["accuracy_at_half"] == 0
    assert figures["all"]["accuracy_at_half"] == 0.5
    assert figures["with a negation"]["rows"] == 100
    assert figures["all"]["precision"] == 0.5
    assert "with a hashtag" not in figures


def test_the_worst_errors_are_described_and_not_quoted() -> None:
    texts = [f"tweet number {number} of somebody" for number in range(50)]
    labels = np.tile([1, 0], 25).astype(np.int8)
    probabilities = np.linspace(0.1, 0.9, 50).astype(np.float32)
    worst = worst_errors(texts, labels, probabilities)
    assert len(worst) == 20
    assert worst[0] == {
        "label": "positive",
        "probability": 0.1,
        "characters": len(texts[0]),
        "kinds": ["up to 40 characters"],
    }
    assert "somebody" not in json.dumps(worst)


def test_curves_of_a_perfect_ranking() -> None:
    labels = np.repeat([0, 1], 50).astype(np.int8)
    probabilities = np.linspace(0.01, 0.99, 100).astype(np.float32)
    assert set(precision_recall_points(labels, probabilities)["precision"]) == {1.0}
    reliability = reliability_points(labels, probabilities)
    assert reliability["positive"] == [0.0] * 5 + [1.0] * 5
    assert reliability["probability"] == sorted(reliability["probability"])
