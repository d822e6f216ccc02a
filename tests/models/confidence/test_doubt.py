from typing import get_args

import pytest

from models.confidence.decision import Decision
from models.confidence.doubt import DOUBTS, MAX_UNKNOWN, Doubt, find_doubt

DECISION = Decision(threshold=0.6, low=0.2, high=0.9, precision=0.95, coverage=0.5)
SURE, UNSURE = 0.97, 0.5

PLAIN = "Boarding was quick and the crew smiled all the way"
FRENCH = "Le vol avait trois heures de retard et personne ne nous a rien dit"
EMPTY = "@AirParadis https://airparadis.com/AF006 7 pm"


def doubt(text: str, probability: float = SURE, unknown: float = 0.0) -> Doubt | None:
    return find_doubt(text, probability, unknown, DECISION, ["en"])


def test_a_confident_answer_to_a_plain_text_has_no_doubt() -> None:
    assert doubt(PLAIN) is None
    assert doubt(PLAIN, 0.1) is None


@pytest.mark.parametrize("probability", [0.2, 0.6, 0.8999])
def test_a_probability_in_the_band_is_in_doubt(probability: float) -> None:
    assert doubt(PLAIN, probability) == "band"


def test_a_text_without_words_is_empty() -> None:
    assert doubt(EMPTY) == "empty"


def test_a_text_of_mostly_unknown_tokens_is_unreadable() -> None:
    assert doubt(PLAIN, unknown=MAX_UNKNOWN + 0.01) == "unreadable"
    assert doubt(PLAIN, unknown=MAX_UNKNOWN) is None


def test_a_language_that_the_model_does_not_read_is_in_doubt() -> None:
    assert doubt(FRENCH) == "language"
    assert find_doubt(FRENCH, SURE, 0.0, DECISION, ["en", "fr"]) is None


@pytest.mark.parametrize(
    ("text", "unknown", "reason"),
    [
        (EMPTY, 1.0, "empty"),
        (FRENCH, 1.0, "unreadable"),
        (FRENCH, 0.0, "language"),
        (PLAIN, 0.0, "band"),
    ],
)
def test_the_first_reason_wins(text: str, unknown: float, reason: Doubt) -> None:
    assert doubt(text, UNSURE, unknown) == reason


def test_every_reason_is_listed() -> None:
    assert get_args(Doubt) == DOUBTS
