"""Progress and summary of a bulk scoring, on the standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from models.answers import LABELS
from training.scoring.scored_texts import DOUBT_CODES
from training.scoring.summary import BINS, Summary

console = Console(stderr=True)
_LOG_EVERY = 60.0
# Bins of the distribution that one line of the terminal joins, and the width of the longest bar.
_LINE_BINS = 5
_BAR_WIDTH = 40


class ScoringProgress:
    """A bar with the rate in rows per second and the remaining time.

    Without a terminal a line every minute replaces the bar.
    """

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("opening", total=None, rate="")
        self._logged = time.monotonic()

    def begin(self, lines: int | None) -> None:
        self._bar.update(self._task, description="scoring", total=lines)

    def update(self, lines: int, summary: Summary) -> None:
        rate = f"{summary.rows:,} rows, {summary.rate:,.0f}/s"
        self._bar.update(self._task, completed=lines, rate=rate)
        if not console.is_terminal and time.monotonic() - self._logged >= _LOG_EVERY:
            self._logged = time.monotonic()
            console.print(f"scoring: {rate}", highlight=False)


@contextmanager
def scoring_progress() -> Iterator[ScoringProgress]:
    """The progress of the block."""
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()),
        *(TextColumn("{task.fields[rate]}"), TimeElapsedColumn()),
        *(TextColumn("remaining"), TimeRemainingColumn()),
    )
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        yield ScoringProgress(bar)


def print_summary(summary: Summary, model: str, output: str, side_file: str) -> None:
    """Print counts, shares and the distribution. No text of a row is printed."""
    table = Table("bulk scoring", model, box=box.SIMPLE_HEAD)
    for name, value in _lines(summary, output, side_file):
        table.add_row(name, value)
    console.print(table)
    if summary.rows:
        console.print(_histogram(summary), highlight=False)


def _lines(summary: Summary, output: str, side_file: str) -> Iterator[tuple[str, str]]:
    resumed = f", {summary.resumed:,} of them by an earlier run" if summary.resumed else ""
    yield "output", output
    yield "rows", f"{summary.rows:,}{resumed}"
    yield "distinct texts", f"{summary.scored_texts:,}, each scored once"
    yield "bad rows", f"{summary.bad_rows:,}" + (f" in {side_file}" if summary.bad_rows else "")
    for name, count in zip(LABELS, summary.labels.tolist(), strict=True):
        yield name, _share(count, summary.rows)
    unsure = summary.doubts[1:].tolist()
    yield "unsure", _share(sum(unsure), summary.rows)
    for doubt, count in zip(DOUBT_CODES[1:], unsure, strict=True):
        if count:
            yield f"unsure: {doubt}", _share(count, summary.rows)
    yield "time", f"{summary.seconds:,.1f} s, {summary.rate:,.0f} rows/s"


def _share(count: int, rows: int) -> str:
    return f"{count:,} ({count / rows:.1%})" if rows else "0"


def _histogram(summary: Summary) -> str:
    counts = summary.distribution.reshape(-1, _LINE_BINS).sum(axis=1).tolist()
    width = BINS // _LINE_BINS
    lines = ["  probability of positive"]
    for index, count in enumerate(counts):
        bar = "█" * round(_BAR_WIDTH * count / max(counts))
        lines.append(f"  {index / width:.1f} to {(index + 1) / width:.1f}  {count:>12,}  {bar}")
    return "\n".join(lines)
