"""Why a prediction is not to be relied on."""

from collections.abc import Sequence
from typing import Literal

from models.decision import Decision
from models.language import is_foreign
from models.text import is_empty

Doubt = Literal["band", "empty", "unreadable", "language"]
DOUBTS: tuple[Doubt, ...] = ("band", "empty", "unreadable", "language")

MOST_UNKNOWN = 0.5
"""A text of which a model knows fewer than half of the tokens is unreadable to it."""


def find_doubt(
    text: str, probability: float, unknown: float, decision: Decision, languages: Sequence[str]
) -> Doubt | None:
    """The first reason to doubt a prediction, or None.

    ``probability`` is P(positive), ``unknown`` the share of the text's tokens that the model does
    not know, ``languages`` the ISO 639-1 codes of those that the model reads.

    - ``empty``: no word is left after mentions, links and numbers;
    - ``unreadable``: the model knows fewer than half of the tokens;
    - ``language``: the text is in a language that the model does not read;
    - ``band``: the promised precision is not reached at this probability.
    """
    if is_empty(text):
        return "empty"
    if unknown > MOST_UNKNOWN:
        return "unreadable"
    if is_foreign(text, languages):
        return "language"
    return None if decision.is_confident(probability) else "band"
