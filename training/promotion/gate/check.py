"""A check of the gate: a figure of the candidate, the champion's figure, and a bound."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "not judged"]

NO_CHAMPION = "there is no champion to compare with"


@dataclass(frozen=True)
class Check:
    """One row of the gate's table.

    ``candidate`` and ``champion`` are figures, None without a measurement. ``bound`` is the
    condition in words. ``note``: for a failed check the figures and the remedy, for a check that
    was not judged the reason. ``form`` formats a figure.
    """

    name: str
    candidate: float | None
    champion: float | None
    bound: str
    outcome: Outcome
    note: str = ""
    form: str = "{:.3f}"

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, candidate, champion, bound and outcome, as the table shows them."""
        return (
            self.name,
            self.shown(self.candidate),
            self.shown(self.champion),
            self.bound,
            self.outcome,
        )

    def shown(self, figure: float | None) -> str:
        """A figure as the table shows it."""
        return "-" if figure is None else self.form.format(figure)


def outcome(passed: bool) -> Outcome:
    """The outcome of a check that was judged."""
    return "passed" if passed else "failed"
