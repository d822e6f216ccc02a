"""Error rates of the sequential tests: ``python -m tests.serving.challenger.error_rates``.

The command simulates verdicts on champion and challenger. ``--document docs/challenger.md`` writes
the tables there, and a picture into ``docs/pictures``.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from tests.serving.challenger.simulation import Floats, Outcome, pairs, two_arms
from training.markdown import markdown_table, replace_between

_BEGIN = "<!-- error rates: written by python -m tests.serving.challenger.error_rates -->"
_END = "<!-- end of error rates -->"
_PICTURE = "sequential-test.png"

ERROR_RATE = 0.05
LOOKS = 10_000
GOAL = 300
_SHARES = (0.1, 0.25, 0.5)
_RATES = (0.05, 0.1, 0.2)
# The champion's errors that the challenger shares, in the simulation of pairs.
_SHARED = 0.5
# Verdicts on the challenger after which a run of a doubled error rate ends.
_LONGEST = 3000

Outcomes = dict[tuple[float, float], Outcome]


def main(
    runs: Annotated[int, typer.Option(help="Simulated runs of each row.")] = 2000,
    document: Annotated[
        Path | None, typer.Option(help="Document that receives the tables, beside pictures/.")
    ] = None,
) -> None:
    """Simulate false and right rollbacks, and print their tables."""
    grid = [(rate, share) for rate in _RATES for share in _SHARES]
    equal = {
        (rate, share): two_arms((rate, rate), share, LOOKS, runs, 1, ERROR_RATE)
        for rate, share in grid
    }
    doubled = {
        (rate, share): two_arms(
            (rate, 2 * rate), share, round(_LONGEST / share), runs, 2, ERROR_RATE
        )
        for rate, share in grid
    }
    text = "\n\n".join(
        (
            f"{runs:,} simulated runs of each row.",
            false_rollbacks(equal),
            right_rollbacks(doubled),
            pair_table(runs),
        )
    )
    typer.echo(text)
    if document:
        replace_between(document, _BEGIN, _END, text)
        draw(equal, doubled).savefig(document.parent / "pictures" / _PICTURE)


def false_rollbacks(outcomes: Outcomes) -> str:
    """Share of runs in which an equal challenger is called worse within all looks."""
    return markdown_table(
        (
            "wrong, both models",
            "clients of the challenger",
            f"false rollbacks in {LOOKS:,} looks",
            "the same with a repeated test of fixed size",
        ),
        [
            (f"{rate:.0%}", f"{share:.0%}", _percent(run.looks), _percent(run.fixed_looks))
            for (rate, share), run in outcomes.items()
        ],
        text_columns=0,
    )


def right_rollbacks(outcomes: Outcomes) -> str:
    """Verdicts until a challenger with a doubled share of wrong verdicts is called worse."""
    return markdown_table(
        (
            "wrong, champion → challenger",
            "clients of the challenger",
            f"found within {GOAL} verdicts on the challenger",
            "median",
            "90% quantile",
            f"within {GOAL} verdicts on both",
            "median, both",
            "90% quantile, both",
        ),
        [
            (
                f"{rate:.0%} → {2 * rate:.0%}",
                f"{share:.0%}",
                _percent(run.challenger_verdicts, GOAL),
                *_quantiles(run.challenger_verdicts),
                _percent(run.looks, GOAL),
                *_quantiles(run.looks),
            )
            for (rate, share), run in outcomes.items()
        ],
        text_columns=0,
    )


def pair_table(runs: int) -> str:
    """False and right decisions of the paired test."""
    rows = []
    for rate in _RATES:
        alone = (1 - _SHARED) * rate
        equal = pairs_in_parts(alone, alone, LOOKS, runs)
        doubled = pairs_in_parts(alone, 2 * rate - _SHARED * rate, 2000, runs)
        rows.append(
            (
                f"{rate:.0%} → {2 * rate:.0%}",
                _percent(equal),
                _percent(doubled, GOAL),
                *_quantiles(doubled),
            )
        )
    return markdown_table(
        (
            "wrong, champion → challenger, pairs",
            f"false decisions in {LOOKS:,} pairs of equal models",
            f"doubled, found within {GOAL} pairs",
            "median",
            "90% quantile",
        ),
        rows,
        text_columns=0,
    )


def pairs_in_parts(only_champion: float, only_challenger: float, looks: int, runs: int) -> Floats:
    """Looks of ``runs`` runs, a hundred at a time: each part needs memory for all its looks."""
    return np.concatenate(
        [
            pairs(only_champion, only_challenger, looks, 100, seed, ERROR_RATE)
            for seed in range(runs // 100)
        ]
    )


def draw(equal: Outcomes, doubled: Outcomes) -> Figure:
    """False rollbacks over looks, and right rollbacks over verdicts on the challenger."""
    figure = Figure(figsize=(11, 4.2), layout="constrained", dpi=110)
    false, right = figure.subplots(1, 2)
    rate = 0.1
    for number, share in enumerate(_SHARES):
        run, clients, color = equal[rate, share], f"{share:.0%} of the clients", f"C{number}"
        _curve(false, run.looks, LOOKS, f"sequential test, {clients}", color)
        _curve(false, run.fixed_looks, LOOKS, f"fixed-size test, {clients}", color, "--")
        _curve(right, doubled[rate, share].challenger_verdicts, 600, clients, color)
    false.axhline(ERROR_RATE, color="black", linewidth=0.8)
    false.set(
        title=f"Equal models, {rate:.0%} wrong: called worse",
        xlabel="verdicts on both models, each of them a look",
        xscale="log",
        xlim=(20, LOOKS),
    )
    right.axvline(GOAL, color="black", linewidth=0.8)
    right.set(
        title=f"{rate:.0%} → {2 * rate:.0%} wrong: called worse",
        xlabel="verdicts on the challenger",
        xlim=(0, 600),
        ylim=(0, 1),
    )
    for axes in (false, right):
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_ylabel("share of the runs")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    return figure


def _curve(
    axes: Axes, found: Floats, end: int, label: str, color: str, linestyle: str = "-"
) -> None:
    """The share of runs with a decision up to each look."""
    looks = np.arange(1, end + 1)
    shares = np.searchsorted(np.sort(found), looks, side="right") / len(found)
    axes.plot(looks, shares, label=label, color=color, linestyle=linestyle)


def _percent(found: Floats, limit: float = float("inf")) -> str:
    return f"{np.mean(np.isfinite(found) & (found <= limit)):.1%}"


def _quantiles(found: Floats) -> tuple[str, str]:
    """Median and 90 % quantile; a run without a decision counts as infinitely long."""
    values = np.quantile(found, (0.5, 0.9), method="inverted_cdf")
    median, late = (f"{value:.0f}" if np.isfinite(value) else "none" for value in values)
    return median, late


if __name__ == "__main__":
    typer.run(main)
