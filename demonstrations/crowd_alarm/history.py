"""A real Prometheus with weeks of mentions: counters and recorded series."""

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from demonstrations.crowd_alarm.stream import Steps
from demonstrations.crowd_alarm.traffic import DAY_S, SOURCES, STEP_S
from tests.support.monitoring.configurations import MONITORING
from tests.support.monitoring.history import Sample, backfill
from tests.support.monitoring.processes import Prometheus, binary

RULES = MONITORING / "prometheus" / "rules" / "crowd.yaml"
_LABELS = ("negative", "positive")
_EVALUATION = "30s"


class KeepingPrometheus(Prometheus):
    """A Prometheus that keeps 35 days, as in the stack of one server."""

    def command(self) -> list[str]:
        return [*super().command(), "--storage.tsdb.retention.time=35d"]


def rules() -> list[dict[str, Any]]:
    """The rules of mentions."""
    found: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
    return found


def fill(folder: Path, steps: Steps, days: int, replayed_days: int) -> None:
    """Write the counters of ``days`` days, and what the recording rules make of them.

    The rules that need other rules are evaluated over the last ``replayed_days`` alone.
    """
    data = folder / "data"
    samples = _samples(steps, days * DAY_S // STEP_S)
    for _ in range(days):
        part = itertools.takewhile(lambda sample: sample is not None, samples)
        backfill((sample for sample in part if sample), folder / "samples", data)
    end = steps.start + days * DAY_S
    for number, level in enumerate(_levels()):
        first = end - replayed_days * DAY_S if number else steps.start
        file = folder / "rules.json"
        file.write_text(json.dumps({"groups": [{"name": "history", "rules": level}]}))
        with KeepingPrometheus(idle(folder), folder) as prometheus:
            outcome = subprocess.run(
                [
                    *(binary("promtool"), "tsdb", "create-blocks-from", "rules"),
                    *(f"--url={prometheus.url}", f"--start={first:.0f}"),
                    *(f"--end={end:.0f}", f"--eval-interval={_EVALUATION}"),
                    *(f"--output-dir={folder / 'new'}", str(file)),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
        if outcome.returncode:
            raise RuntimeError(outcome.stdout + outcome.stderr)
        for block in (folder / "new").iterdir():
            block.rename(data / block.name)


def idle(folder: Path) -> Path:
    """The configuration of a Prometheus that scrapes nothing."""
    file = folder / "idle.json"
    file.write_text(json.dumps({"global": {"evaluation_interval": "15s"}}))
    return file


def _samples(steps: Steps, amount: int) -> Iterator[Sample | None]:
    """Samples of the counters; None after each day."""
    totals = dict.fromkeys(itertools.product(SOURCES, _LABELS), 0)
    unsure = dict.fromkeys(SOURCES, 0)
    for step in range(amount):
        time = steps.start + (step + 1) * STEP_S
        for source in SOURCES:
            labels = f'job="mentions",instance="replay:9098",source="{source}"'
            for label in _LABELS:
                totals[source, label] += steps.labels[step, source, label]
                series = f'sentiment_mentions_total{{{labels},label="{label}"}}'
                yield series, time, totals[source, label]
            unsure[source] += steps.unsure[step, source]
            yield f"sentiment_unsure_mentions_total{{{labels}}}", time, unsure[source]
        if (step + 1) % (DAY_S // STEP_S) == 0:
            yield None


def _levels() -> Iterator[list[dict[str, Any]]]:
    """Recording rules in an order in which each needs only rules before it."""
    waiting = [rule for rule in rules() if "record" in rule]
    while waiting:
        names = {rule["record"] for rule in waiting}
        ready = [rule for rule in waiting if not any(name in rule["expr"] for name in names)]
        yield ready
        waiting = [rule for rule in waiting if rule not in ready]
