"""Alerts over seven replayed days, by range queries of a real Prometheus."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demonstrations.crowd_alarm.history import rules
from demonstrations.crowd_alarm.traffic import DAY_S, STEP_S
from tests.support.monitoring.processes import Prometheus

# Alarms of a name and a source within 15 minutes are one.
_GAP_S = 900


@dataclass(frozen=True)
class Alarm:
    """The beginning of an alert, in seconds since the epoch. ``source`` "": all sources."""

    name: str
    source: str
    time: float


def begins(prometheus: Prometheus, name: str, start: float, days: int) -> list[Alarm]:
    """Each beginning of an alert of mentions, with the rule's own ``for``."""
    (rule,) = (rule for rule in rules() if rule.get("alert") == name)
    wait = {"5m": 300}[rule["for"]] if "for" in rule else 0
    found = []
    for source, times in range_times(prometheus, rule["expr"], start, days).items():
        runs = np.split(times, np.flatnonzero(np.diff(times) > STEP_S) + 1)
        fired = [run[0] + wait for run in runs if len(run) and run[-1] - run[0] >= wait]
        for before, time in zip([-np.inf, *fired], fired, strict=False):
            if time - before > _GAP_S:
                found.append(Alarm(name, source, float(time)))
    return found


def range_times(
    prometheus: Prometheus, expression: str, start: float, days: int
) -> dict[str, NDArray[np.float64]]:
    """For each source the times at which an expression has a value."""
    times: dict[str, list[float]] = {}
    for day in range(days):
        for row in _range(prometheus, expression, start + day * DAY_S, DAY_S - STEP_S, STEP_S):
            found = times.setdefault(row["metric"].get("source", ""), [])
            found.extend(time for time, _ in row["values"])
    return {source: np.array(found) for source, found in times.items()}


def range_values(
    prometheus: Prometheus, expression: str, start: float, days: float, step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times and values of the only series of an expression."""
    rows = _range(prometheus, expression, start, days * DAY_S, step)
    values = np.array(rows[0]["values"], dtype=float) if rows else np.empty((0, 2))
    return values[:, 0], values[:, 1]


def _range(
    prometheus: Prometheus, expression: str, start: float, seconds: float, step: float
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = prometheus.get(
        "/api/v1/query_range",
        query=expression,
        start=f"{start:.0f}",
        end=f"{start + seconds:.0f}",
        step=f"{step}",
    )["data"]["result"]
    return rows
