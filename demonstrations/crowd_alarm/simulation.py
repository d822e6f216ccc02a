"""``python -m demonstrations.crowd_alarm.simulation``: false alarms and delays of the rule."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from demonstrations.crowd_alarm.rule import Rule, exceeded, expectation
from demonstrations.crowd_alarm.traffic import (
    AIM_S,
    SOURCES,
    STEP_S,
    TO_MAIL_S,
    WEEK,
    Burst,
    Traffic,
    Usual,
    plant,
    simulate,
)
from training.markdown import markdown_table

_HISTORY = 4
_VOLUMES = {"1 per minute": 1 / 60, "1 per 10 s": 1 / 10, "1 per s": 1.0}
_SHARES = (0.3, 0.5, 0.65)
# A burst begins every four hours, at another time of day each day.
_BETWEEN = 1000
_LATEST = 30 * 60 // STEP_S
_TRIPLED = 20 * 60 // STEP_S


@dataclass(frozen=True)
class Row:
    """False alarms per week, and delays to the mail in seconds; inf: none within 30 minutes."""

    volume: str
    usual: Usual
    source: str | None
    false_alarms: float
    delays: NDArray[np.float64]
    called_negative: float
    """Share of the times that three times as many mentions of the usual mix raise the alarm."""


def simulate_rows(weeks: int, seed: int, rule: Rule) -> list[Row]:
    """Simulate each volume, share and kind of burst over ``weeks`` weeks."""
    rows = []
    for (volume, rate), wander, share in product(_VOLUMES.items(), (0.0, 0.2), _SHARES):
        random = np.random.default_rng(seed)
        usual = Usual(rate, share, wander)
        traffic = simulate(usual, _HISTORY + weeks, random)
        expected = expectation(traffic, _HISTORY)
        began = np.flatnonzero(exceeded(traffic, _HISTORY, expected, rule).any(axis=1))
        # Alarms within 15 minutes are one.
        alarms = np.count_nonzero(np.diff(began, prepend=-WEEK) > 900 // STEP_S)
        called = _called_negative(traffic, usual, weeks, rule, random)
        for source in ("replies", None):
            delays = _delays(traffic, Burst(source=source), weeks, rule, random)
            rows.append(Row(volume, usual, source, alarms / weeks, delays, called))
    return rows


def _delays(
    traffic: Traffic, burst: Burst, weeks: int, rule: Rule, random: np.random.Generator
) -> NDArray[np.float64]:
    planted = Traffic(traffic.mentions.copy(), traffic.negative.copy())
    starts = np.arange(0, weeks * WEEK - 2 * _BETWEEN, _BETWEEN)
    starts += random.integers(0, _BETWEEN - _LATEST, len(starts))
    for start in starts:
        plant(planted, _HISTORY * WEEK + int(start), burst, random)
    # The burst does not belong to the usual counts.
    expected = expectation(traffic, _HISTORY)
    found = np.asarray(exceeded(planted, _HISTORY, expected, rule).any(axis=1))
    delays = np.full(len(starts), np.inf)
    for number, start in enumerate(starts):
        steps = np.flatnonzero(found[start : start + _LATEST])
        if len(steps):
            delays[number] = (steps[0] + 1) * STEP_S + TO_MAIL_S
    return delays


def _called_negative(
    traffic: Traffic, usual: Usual, weeks: int, rule: Rule, random: np.random.Generator
) -> float:
    more = Traffic(traffic.mentions.copy(), traffic.negative.copy())
    starts = np.arange(0, weeks * WEEK - 2 * _BETWEEN, _BETWEEN)
    for start in starts + _HISTORY * WEEK:
        window = slice(start, start + _TRIPLED)
        added = random.poisson(2 * more.mentions[window].mean(axis=0), (_TRIPLED, len(SOURCES)))
        more.mentions[window] += added
        more.negative[window] += random.binomial(added, usual.share)
    clean, now = expectation(traffic, _HISTORY), expectation(more, _HISTORY)
    expected = replace(
        clean, recent_mentions=now.recent_mentions, recent_negative=now.recent_negative
    )
    found = np.asarray(exceeded(more, _HISTORY, expected, rule).any(axis=1))
    return float(np.mean([found[start : start + _LATEST].any() for start in starts]))


def bound_s(usual: Usual, burst: Burst) -> float:
    """Least mean delay of any rule with one false alarm in four weeks (Lorden 1971).

    The logarithm of the time between false alarms, in units of the information per second, divided
    by the information per second: the Kullback-Leibler divergence of the two Poisson rates.
    """
    part = SOURCES[burst.source] if burst.source else 1.0
    before = usual.volume * usual.share * part
    after = before + burst.complaints * burst.negative / burst.seconds
    information = after * np.log(after / before) - (after - before)
    return float(np.log(4 * 7 * 86400 * information) / information)


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    columns = (
        *("volume", "usual share", "rate", "burst in", "false alarms a week"),
        *("median delay", "90 % within", "within 5 min", "bound", "volume called negative"),
    )
    return markdown_table(columns, map(_cells, rows), text_columns=4)


def _cells(row: Row) -> tuple[str, ...]:
    median, most = (
        _minutes(float(np.quantile(row.delays, fraction, method="nearest")))
        for fraction in (0.5, 0.9)
    )
    return (
        row.volume,
        f"{row.usual.share:.2f}",
        "wanders" if row.usual.wander else "rhythm",
        row.source or "all sources",
        f"{row.false_alarms:.1f}",
        median,
        most,
        f"{np.mean(row.delays <= AIM_S):.0%}",
        _minutes(bound_s(row.usual, Burst(source=row.source))),
        f"{row.called_negative:.0%}",
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if np.isfinite(seconds) else "not found"


def main(
    weeks: Annotated[int, typer.Option(help="Simulated weeks after four weeks of history.")] = 12,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 7,
) -> None:
    """Print false alarms and delays by volume, usual share and kind of burst."""
    typer.echo(table(simulate_rows(weeks, seed, Rule())))


if __name__ == "__main__":
    typer.run(main)
