"""Floors: bounds that a model of each family must keep on the behaviour cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True)
class FloorOutcome:
    """A floor of a kind, and the count of its cases that a model has.

    ``figure``: "correct" or "confidently wrong". ``limit``: the floor, as a share of the cases.
    """

    kind: str
    figure: Literal["correct", "confidently wrong"]
    count: int
    cases: int
    limit: float

    @property
    def share(self) -> float:
        """The count as a share of the cases."""
        return self.count / self.cases

    @property
    def kept(self) -> bool:
        """Whether the floor is kept."""
        if self.figure == "correct":
            return self.share >= self.limit
        return self.share <= self.limit

    @property
    def bound(self) -> str:
        """The floor as a condition."""
        return f"{'≥' if self.figure == 'correct' else '≤'} {100 * self.limit:g} %"

    def __str__(self) -> str:
        name = "the floor" if self.figure == "correct" else "the most allowed"
        return (
            f"{self.kind}: {self.count} of {self.cases} {self.figure}, "
            f"{name} is {100 * self.limit:g} %"
        )


def floor_outcomes(family: str, rates: Mapping[str, KindRate]) -> list[FloorOutcome]:
    """The outcome of each floor of a family.

    Raises KeyError if ``rates`` lacks a kind: a model passes only on all kinds of cases.
    """
    outcomes = []
    for kind, floor in floors_of(family).items():
        rate = rates[kind]
        if floor.least_correct > 0:
            outcomes.append(
                FloorOutcome(kind, "correct", rate.correct, rate.cases, floor.least_correct)
            )
        if floor.most_confident_mistakes < 1:
            mistakes, most = rate.confident_mistakes, floor.most_confident_mistakes
            outcomes.append(FloorOutcome(kind, "confidently wrong", mistakes, rate.cases, most))
    return outcomes


def broken_floors(family: str, rates: Mapping[str, KindRate]) -> list[str]:
    """One sentence for each floor that the rates break; empty if the model passes.

    Raises KeyError if ``rates`` lacks a kind.
    """
    return [str(outcome) for outcome in floor_outcomes(family, rates) if not outcome.kept]
