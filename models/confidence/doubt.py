"""Doubt: the reasons why a person should look at a prediction."""

from collections.abc import Sequence
from typing import Literal

from models.confidence.decision import Decision
from models.text.emptiness import is_empty
from models.text.language import is_foreign
from models.text.normalization import LightText, normalize_light

Doubt = Literal["band", "empty", "unreadable", "language"]
DOUBTS: tuple[Doubt, ...] = ("band", "empty", "unreadable", "language")

MAX_UNKNOWN = 0.5
"""A text with a larger share of unknown tokens is unreadable to a model."""


def find_doubt(
    text: str, probability: float, unknown: float, decision: Decision, languages: Sequence[str]
) -> Doubt | None:
    """The first reason to doubt a prediction, or None.

    The reasons are those of ``find_unread``, and then ``band``: ``probability``, P(positive), lies
    in the band where the promised precision is not reached.
    """
    unread = find_unread(text, normalize_light(text), unknown, languages)
    return unread or (None if decision.is_confident(probability) else "band")


def find_unread(
    text: str, light: LightText, unknown: float, languages: Sequence[str]
) -> Doubt | None:
    """The first reason why a model cannot read a text, or None.

    ``light`` is ``normalize_light(text)``. ``unknown`` is the share of the text's tokens that the
    model does not know. ``languages`` are the ISO 639-1 codes of the languages that the model
    reads.

    - ``empty``: no word is left after mentions, links and numbers;
    - ``unreadable``: the model knows fewer than half of the tokens;
    - ``language``: the text is in a language that the model does not read.
    """
    if is_empty(light):
        return "empty"
    if unknown > MAX_UNKNOWN:
        return "unreadable"
    return "language" if is_foreign(text, languages, light) else None
