"""Series of a dashboard's queries, read from Prometheus with Grafana's variables filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

_VARIABLE = re.compile(r"\$(\w+)")
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Series:
    """One series: its name in the legend, seconds since the epoch, and values, NaN included."""

    name: str
    labels: Mapping[str, str]
    times: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Reader:
    """Queries the ``seconds`` before ``end`` (epoch seconds), a value every ``step`` seconds."""

    prometheus: str
    end: float
    seconds: float
    step: float
    rate_interval: str

    def series(
        self, expression: str, legend: str = "__auto", instant: bool = False
    ) -> list[Series]:
        """Series of a range query, or of an instant query at ``end``.

        Raises ``httpx.HTTPStatusError`` if Prometheus refuses the query, and ``KeyError`` if it
        holds a variable that no dashboard has.
        """
        query = self.substitute(expression)
        if instant:
            rows = self._get("query", query=query, time=f"{self.end}")
        else:
            rows = self._get(
                "query_range",
                query=query,
                start=f"{self.end - self.seconds}",
                end=f"{self.end}",
                step=f"{self.step}",
            )
        return [_series(row, legend) for row in rows]

    def panel(self, panel: Mapping[str, Any]) -> list[Series]:
        """Series of all queries of a panel."""
        return [
            series
            for target in panel["targets"]
            for series in self.series(target["expr"], target["legendFormat"], target["instant"])
        ]

    def substitute(self, expression: str) -> str:
        """The expression with every value of the model, host and source variables selected."""
        variables = {
            "__rate_interval": self.rate_interval,
            "__range": f"{self.seconds:.0f}s",
            "model": ".+",
            "host": ".+",
            "source": ".+",
        }
        return _VARIABLE.sub(lambda found: variables[found[1]], expression)

    def _get(self, route: str, **parameters: str) -> list[dict[str, Any]]:
        response = httpx.get(f"{self.prometheus}/api/v1/{route}", params=parameters, timeout=30)
        response.raise_for_status()
        rows: list[dict[str, Any]] = response.json()["data"]["result"]
        return rows


def _series(row: Mapping[str, Any], legend: str) -> Series:
    labels = row["metric"]
    points = row["values"] if "values" in row else [row["value"]]
    name = _LABEL.sub(lambda found: labels.get(found[1], ""), legend)
    if legend == "__auto":
        name = ", ".join(labels.values())
    times, values = zip(*((time, float(value)) for time, value in points), strict=True)
    return Series(name, labels, times, values)
