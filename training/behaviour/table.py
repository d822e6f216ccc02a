"""Rates of a candidate, beside the reigning champion's, for the terminal and for documents."""

from collections.abc import Iterator, Mapping

from rich import box
from rich.table import Table

from training.behaviour.rates import KindRate

Rates = Mapping[str, KindRate]


def rates_table(candidate: Rates, champion: Rates | None) -> Table:
    """One row a kind; the champion's two columns are there only with a champion.

    Raises KeyError where the champion lacks a kind of the candidate.
    """
    table = Table(title="behaviour", box=box.SIMPLE_HEAD)
    for number, heading in enumerate(_headings(champion)):
        table.add_column(heading, justify="right" if number else "left")
    for row in _rows(candidate, champion):
        table.add_row(*row)
    return table


def rates_markdown(candidate: Rates, champion: Rates | None) -> str:
    """The same table in Markdown, without a line break at its end."""
    headings = _headings(champion)
    marks = ["---", *["---:"] * (len(headings) - 1)]
    lines = (headings, marks, *_rows(candidate, champion))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _headings(champion: Rates | None) -> list[str]:
    headings = ["kind", "cases", "correct", "confident mistakes"]
    if champion is not None:
        headings += ["champion's correct", "champion's confident mistakes"]
    return headings


def _rows(candidate: Rates, champion: Rates | None) -> Iterator[list[str]]:
    for kind, rate in candidate.items():
        row = [kind, str(rate.cases), str(rate.correct), str(rate.confident_mistakes)]
        if champion is not None:
            row += [str(champion[kind].correct), str(champion[kind].confident_mistakes)]
        yield row
