"""The terminal's table of behaviour rates, of a candidate and of the champion."""

from collections.abc import Mapping

from rich import box
from rich.table import Table

from training.behaviour.rates import KindRate

Rates = Mapping[str, KindRate]


def rates_table(candidate: Rates, champion: Rates | None) -> Table:
    """One row for each kind of cases, with two more columns if there is a champion.

    Raises ``KeyError`` if the champion lacks a kind of the candidate.
    """
    table = Table("kind", title="behaviour", box=box.SIMPLE_HEAD)
    headings = ["cases", "correct", "confident mistakes"]
    if champion is not None:
        headings += ["champion's correct", "champion's confident mistakes"]
    for heading in headings:
        table.add_column(heading, justify="right")
    for kind, rate in candidate.items():
        counts = [rate.cases, rate.correct, rate.confident_mistakes]
        if champion is not None:
            counts += [champion[kind].correct, champion[kind].confident_mistakes]
        table.add_row(kind, *map(str, counts))
    return table
