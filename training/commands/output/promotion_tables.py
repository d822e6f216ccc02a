"""Tables of promotion for the terminal: the gate's checks, and the history of a family."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

from training.commands.output.terminal import console

if TYPE_CHECKING:
    from training.promotion.gate.verdict import Verdict
    from training.promotion.history import Period

_STYLES = {"passed": "green", "failed": "bold red", "not judged": "dim"}
_FIGURES = {
    "ROC-AUC, tweets": "ROC-AUC, test tweets",
    "others": "ROC-AUC, other test texts",
    "Brier, feedback": "Brier score, feedback test",
    "latency, ms": "latency, median of one text",
}
_KINDS = {
    "promoted": "passed the gate",
    "forced": "forced past the gate",
    "rolled back": "rollback",
    "unknown": "without a record",
}


def checks_table(verdict: "Verdict") -> Table:
    """One row for each check of the gate."""
    table = Table(title=f"the gate: {verdict.family}", box=box.SIMPLE_HEAD)
    table.add_column("check")
    for heading in ("candidate", "champion", "bound"):
        table.add_column(heading, justify="right")
    table.add_column("outcome")
    for check in verdict.checks:
        *cells, outcome = check.cells
        table.add_row(*map(escape, cells), f"[{_STYLES[outcome]}]{outcome}[/]")
    return table


def print_verdict(verdict: "Verdict") -> None:
    """Print the table of checks, and each reason to refuse the candidate."""
    console.print(checks_table(verdict))
    for reason in verdict.reasons:
        console.print(f"reason to refuse: {reason}", markup=False, highlight=False, soft_wrap=True)


def history_table(family: str, periods: "Sequence[Period]") -> Table:
    """One row for each period of a champion or challenger, the oldest first."""
    table = Table(title=f"{family}: champions and challengers, UTC", box=box.SIMPLE_HEAD)
    for heading in ("since", "until", "alias", "run", "version", "why"):
        table.add_column(heading, no_wrap=heading != "why")
    for heading in _FIGURES:
        table.add_column(heading, justify="right")
    for period in periods:
        change = period.change
        why = _KINDS[change.kind] + (f": {change.reason}" if change.reason else "")
        figures = (change.figures.get(name) for name in _FIGURES.values())
        table.add_row(
            _minute(change.at),
            _minute(period.until) if period.until else "now",
            change.alias,
            change.run_id[:8],
            change.version,
            escape(why),
            *("-" if figure is None else f"{figure:.3f}" for figure in figures),
        )
    return table


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
