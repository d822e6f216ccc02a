"""Blocks of Prometheus's database from samples of the past, made by promtool."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from tests.support.monitoring.processes import binary

Sample: TypeAlias = tuple[str, float, float]
"""A series as in the exposition format, the seconds since the epoch, and the value."""


def backfill(samples: Iterable[Sample], folder: Path, data: Path) -> None:
    """Write ``samples`` into the folder ``data`` of a Prometheus that does not run.

    promtool reads its file once for each block of two hours: many days belong into several calls.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    file = folder / "samples.txt"
    with file.open("w") as lines:
        lines.writelines(f"{series} {value:g} {time:.3f}\n" for series, time, value in samples)
        lines.write("# EOF\n")
    command = [binary("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    outcome = subprocess.run(
        [*command, str(file), str(data)], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise RuntimeError(outcome.stdout + outcome.stderr)
    file.unlink()


def mentions_until(now: float) -> Iterator[Sample]:
    """The last 20 minutes of a stream of mentions, and the same time of yesterday as recorded."""
    sources = ("page", "replies")
    for step in range(241):
        time = now - 1200 + 5 * step
        for source in sources:
            for label, each in (("negative", 1), ("positive", 2)):
                labels = f'job="mentions",instance="a:9098",source="{source}",label="{label}"'
                yield f"sentiment_mentions_total{{{labels}}}", time, each * step
            labels = f'job="mentions",instance="a:9098",source="{source}"'
            yield f"sentiment_unsure_mentions_total{{{labels}}}", time, step // 4
        stream = 'job="mentions",instance="a:9098"'
        yield f"sentiment_mention_lag{{{stream}}}", time, step % 3
        yield f"sentiment_mention_delay_seconds_sum{{{stream}}}", time, step * 1.2
        yield f"sentiment_mention_delay_seconds_count{{{stream}}}", time, step * 6
        for bound, each in (("0.1", 1), ("0.5", 5), ("+Inf", 6)):
            name = f'sentiment_mention_delay_seconds_bucket{{{stream},le="{bound}"}}'
            yield name, time, step * each
        yield f'sentiment_rejected_mentions_total{{{stream},reason="json"}}', time, step // 10
    for step in range(121):
        time = now - 86400 - 1800 + 30 * step
        for labels in ("", *(f'{{source="{source}"}}' for source in sources)):
            yield f"sentiment:mentions:increase5m{labels}", time, 150
            yield f"sentiment:negative_mentions:increase5m{labels}", time, 50
