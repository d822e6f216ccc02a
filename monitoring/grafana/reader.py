"""Reads from Prometheus what a panel shows, asking as Grafana does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from monitoring.grafana.panel import Json

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::\w+)?\}")
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Series:
    """A line of a graph: seconds since the epoch and values, NaN included."""

    name: str
    labels: Mapping[str, str]
    times: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Reader:
    """Queries of the ``seconds`` before ``end`` (epoch seconds), a value every ``step`` seconds."""

    prometheus: str
    end: float
    seconds: float
    step: float = 15
    rate_interval: str = "60s"

    def series(self, target: Json) -> list[Series]:
        """The series of a panel's target, with the names of its legend.

        Raises ``httpx.HTTPStatusError`` for a query that Prometheus refuses and ``KeyError`` for a
        variable that no dashboard has.
        """
        expression = self.substitute(target["expr"])
        if target["instant"]:
            rows = self._get("query", query=expression, time=f"{self.end}")
        else:
            rows = self._get(
                "query_range",
                query=expression,
                start=f"{self.end - self.seconds}",
                end=f"{self.end}",
                step=f"{self.step}",
            )
        return [_series(row, target["legendFormat"]) for row in rows]

    def substitute(self, expression: str) -> str:
        """The expression with all of a variable's values chosen."""
        variables = {
            "__rate_interval": self.rate_interval,
            "__range": f"{self.seconds:.0f}s",
            "model": ".+",
            "host": ".+",
        }
        return _VARIABLE.sub(lambda found: variables[found[1] or found[2]], expression)

    def _get(self, route: str, **parameters: str) -> list[Json]:
        response = httpx.get(f"{self.prometheus}/api/v1/{route}", params=parameters, timeout=30)
        response.raise_for_status()
        rows: list[Json] = response.json()["data"]["result"]
        return rows


def _series(row: Json, legend: str) -> Series:
    labels = row["metric"]
    points = row["values"] if "values" in row else [row["value"]]
    name = _LABEL.sub(lambda found: labels.get(found[1], ""), legend)
    if legend == "__auto":
        name = ", ".join(labels.values())
    times, values = zip(*((time, float(value)) for time, value in points), strict=True)
    return Series(name, labels, times, values)
