"""Numbers of distinct texts, and the answers that are kept for them."""

import numpy as np

from training.scoring.known_texts import KnownTexts
from training.scoring.scored_texts import ScoredTexts


def answers(*probabilities: float) -> ScoredTexts:
    """Answers that differ in their probability."""
    filled = ScoredTexts.empty(len(probabilities))
    filled.probabilities[:] = probabilities
    return filled


def test_equal_texts_get_one_number_and_one_answer() -> None:
    known = KnownTexts(capacity=10, part_rows=4)
    numbers, new = known.number(["late", "lovely", "late"])
    assert numbers.tolist() == [0, 1, 0]
    assert new == ["late", "lovely"]
    known.add(answers(0.1, 0.9))
    later, new = known.number(["lovely", "rude"])
    assert later.tolist() == [1, 2]
    assert new == ["rude"]
    known.add(answers(0.2))
    np.testing.assert_allclose(known.answers(later).probabilities, [0.9, 0.2])


def test_a_forgotten_text_is_new_again() -> None:
    known = KnownTexts(capacity=2, part_rows=2)
    known.number(["a", "b"])
    assert known.number(["c"])[1] == ["c"]
    assert known.number(["b", "a"])[1] == ["a"]


def test_a_text_that_is_forgotten_within_a_part_keeps_its_answer_in_the_part() -> None:
    known = KnownTexts(capacity=2, part_rows=3)
    known.number(["a", "b"])
    known.add(answers(0.1, 0.2))
    numbers, new = known.number(["a", "c", "d"])
    assert new == ["c", "d"]
    known.add(answers(0.3, 0.4))
    np.testing.assert_allclose(known.answers(numbers).probabilities, [0.1, 0.3, 0.4])


def test_answers_are_right_for_any_order_of_texts() -> None:
    generator = np.random.default_rng(3)
    known = KnownTexts(capacity=20, part_rows=16)
    for _ in range(100):
        wanted = generator.integers(0, 60, 16)
        numbers, new = known.number([f"text {value}" for value in wanted])
        known.add(answers(*(float(text.removeprefix("text ")) for text in new)))
        assert known.answers(numbers).probabilities.tolist() == wanted.tolist()
