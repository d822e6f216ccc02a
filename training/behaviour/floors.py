"""Floors: bounds that a model of each family must keep on the behaviour cases."""

from collections.abc import Mapping
from dataclasses import dataclass

from training.behaviour.cases import KINDS
from training.behaviour.rates import KindRate


@dataclass(frozen=True)
class Floor:
    """Bounds of one kind, both as shares of its cases, from 0 to 1."""

    least_correct: float = 0.0
    most_confident_mistakes: float = 1.0


_NO_CONFIDENT_MISTAKE = Floor(most_confident_mistakes=0.0)
_CLASSICAL = {
    "plain": Floor(least_correct=0.75),
    "mixed": Floor(most_confident_mistakes=0.25),
    "neutral": Floor(most_confident_mistakes=0.25),
    "foreign": _NO_CONFIDENT_MISTAKE,
    "empty": _NO_CONFIDENT_MISTAKE,
    "unreadable": _NO_CONFIDENT_MISTAKE,
}
FLOORS: dict[str, dict[str, Floor]] = {
    "baseline": _CLASSICAL,
    "lstm": _CLASSICAL,
    "distilbert": {
        "plain": _NO_CONFIDENT_MISTAKE,
        "negation": Floor(least_correct=0.75),
        "emoji": Floor(least_correct=0.90, most_confident_mistakes=0.0),
        "mixed": Floor(most_confident_mistakes=0.15),
        "neutral": Floor(most_confident_mistakes=0.15),
        "foreign": _NO_CONFIDENT_MISTAKE,
        "empty": _NO_CONFIDENT_MISTAKE,
        "unreadable": _NO_CONFIDENT_MISTAKE,
    },
}
"""Floors by family and kind; a kind that a family lacks has no floor."""


def floors_of(family: str) -> dict[str, Floor]:
    """Floors of each kind. A family without ``FLOORS`` has the lowest floor of each kind."""
    families = [FLOORS[family]] if family in FLOORS else list(FLOORS.values())
    floors = {kind: [of_family.get(kind, Floor()) for of_family in families] for kind in KINDS}
    return {
        kind: Floor(
            min(floor.least_correct for floor in of_kind),
            max(floor.most_confident_mistakes for floor in of_kind),
        )
        for kind, of_kind in floors.items()
    }


def broken_floors(family: str, rates: Mapping[str, KindRate]) -> list[str]:
    """One sentence for each floor that the rates break; empty if the model passes.

    Raises KeyError if ``rates`` lacks a kind: a model passes only on all kinds of cases.
    """
    sentences = []
    for kind, floor in floors_of(family).items():
        rate = rates[kind]
        if rate.correct / rate.cases < floor.least_correct:
            sentences.append(
                f"{kind}: {rate.correct} of {rate.cases} correct, "
                f"the floor is {_percent(floor.least_correct)}"
            )
        if rate.confident_mistakes / rate.cases > floor.most_confident_mistakes:
            sentences.append(
                f"{kind}: {rate.confident_mistakes} of {rate.cases} confidently wrong, "
                f"the most allowed is {_percent(floor.most_confident_mistakes)}"
            )
    return sentences


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
