"""Panels, in the JSON that Grafana reads."""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Json = dict[str, Any]
# Grafana's own ids of units.
Unit = Literal["Bps", "bytes", "cps", "none", "percentunit", "reqps", "s", "short", "string"]
DATA_SOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True)
class Query:
    """A PromQL expression; ``legend`` names its series by their labels, as ``{{model}}``."""

    expression: str
    legend: str = ""


@dataclass(frozen=True)
class Threshold:
    """From ``value`` on, the colour is ``color``."""

    value: float
    color: str


def rising(warning: float, critical: float) -> tuple[Threshold, ...]:
    """Thresholds of what is better small."""
    return (Threshold(warning, YELLOW), Threshold(critical, RED))


def falling(critical: float, warning: float) -> tuple[Threshold, ...]:
    """Thresholds of what is better large: below ``critical`` red, below ``warning`` yellow."""
    return (Threshold(float("-inf"), RED), Threshold(critical, YELLOW), Threshold(warning, GREEN))


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What every kind of panel has. ``width`` is in columns of 24, ``height`` in rows of 30 px."""

    kind: ClassVar[str]
    instant: ClassVar[bool] = False
    form: ClassVar[Literal["time_series", "table", "heatmap"]] = "time_series"

    title: str
    description: str
    unit: Unit
    queries: tuple[Query, ...]
    width: int = 8
    height: int = 8
    thresholds: tuple[Threshold, ...] = ()
    minimum: float | None = 0
    maximum: float | None = None
    decimals: int | None = None
    no_value: str = "no data"
    colors: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What is shown for a value, with its colour."""

    def build(self, number: int, x: int, y: int) -> Json:
        """The panel's JSON, with the id ``number`` and its upper left corner at ``x``, ``y``."""
        panel: Json = {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": DATA_SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "fieldConfig": {"defaults": self._field_defaults(), "overrides": self._overrides()},
            "options": self.options(),
            "targets": [
                self._target(letter, query)
                for letter, query in zip(string.ascii_uppercase, self.queries, strict=False)
            ],
        }
        if transformations := self.transformations():
            panel["transformations"] = transformations
        return panel

    def options(self) -> Json:
        """Options of this kind of panel."""
        raise NotImplementedError

    def custom(self) -> Json:
        """How this kind of panel draws a series."""
        return {}

    def color(self) -> Json:
        return {"mode": "thresholds"}

    def transformations(self) -> list[Json]:
        return []

    def _field_defaults(self) -> Json:
        limits = {"min": self.minimum, "max": self.maximum, "decimals": self.decimals}
        return {
            "unit": self.unit,
            "noValue": self.no_value,
            "color": self.color(),
            "custom": self.custom(),
            "mappings": self._mappings(),
            "thresholds": {"mode": "absolute", "steps": self._steps()},
            **{name: value for name, value in limits.items() if value is not None},
        }

    def _steps(self) -> list[Json]:
        # Grafana's first step has no value: it reaches down to minus infinity.
        steps = [threshold for threshold in self.thresholds if threshold.value == float("-inf")]
        base = steps[0].color if steps else GREEN
        return [
            {"color": base, "value": None},
            *(
                {"color": threshold.color, "value": threshold.value}
                for threshold in self.thresholds
                if threshold.value != float("-inf")
            ),
        ]

    def _mappings(self) -> list[Json]:
        if not self.words:
            return []
        options = {
            value: {"text": text, "color": color, "index": index}
            for index, (value, (text, color)) in enumerate(self.words.items())
        }
        return [{"type": "value", "options": options}]

    def _overrides(self) -> list[Json]:
        return [
            {
                "matcher": {"id": "byName", "options": name},
                "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
            }
            for name, color in self.colors.items()
        ]

    def _target(self, letter: str, query: Query) -> Json:
        return {
            "refId": letter,
            "datasource": DATA_SOURCE,
            "editorMode": "code",
            "expr": query.expression,
            "legendFormat": query.legend or "__auto",
            "format": self.form,
            "instant": self.instant,
            "range": not self.instant,
        }


_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}


@dataclass(frozen=True, kw_only=True)
class TimeSeries(Panel):
    """Lines over time; thresholds are dashed lines."""

    kind = "timeseries"
    stacked: bool = False

    def options(self) -> Json:
        return {
            "legend": {
                "calcs": ["lastNotNull", "max"],
                "displayMode": "table",
                "placement": "bottom",
                "showLegend": True,
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        }

    def color(self) -> Json:
        return {"mode": "palette-classic"}

    def custom(self) -> Json:
        return {
            "drawStyle": "line",
            "lineInterpolation": "linear",
            "lineWidth": 1,
            "fillOpacity": 60 if self.stacked else 10,
            "showPoints": "never",
            # A scrape missed does not tear the line; a service that is away for longer does.
            "spanNulls": 120_000,
            "stacking": {"mode": "normal" if self.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if self.thresholds else "off"},
        }


@dataclass(frozen=True, kw_only=True)
class Stat(Panel):
    """The last value, large, before its course."""

    kind = "stat"
    width: int = 4
    height: int = 4

    def options(self) -> Json:
        return {
            "colorMode": "value",
            "graphMode": "area",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "auto",
            "reduceOptions": _LAST,
        }


@dataclass(frozen=True, kw_only=True)
class Heatmap(Panel):
    """A histogram's buckets over time."""

    kind = "heatmap"
    form = "heatmap"

    def options(self) -> Json:
        return {
            "calculate": False,
            "cellGap": 1,
            "cellValues": {"unit": "short", "decimals": 1},
            "color": {
                "mode": "scheme",
                "scheme": "Blues",
                "exponent": 0.5,
                "steps": 64,
                "reverse": False,
                "fill": "dark-blue",
                "scale": "exponential",
            },
            "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "filterValues": {"le": 1e-9},
            "legend": {"show": True},
            "rowsFrame": {"layout": "auto"},
            "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": True},
            "yAxis": {"axisPlacement": "left", "unit": self.unit},
        }

    def custom(self) -> Json:
        return {"scaleDistribution": {"type": "linear"}}


@dataclass(frozen=True, kw_only=True)
class BarGauge(Panel):
    """A bar a series, of its value now."""

    kind = "bargauge"
    instant = True

    def options(self) -> Json:
        return {
            "displayMode": "gradient",
            "orientation": "horizontal",
            "minVizHeight": 10,
            "minVizWidth": 0,
            "namePlacement": "auto",
            "showUnfilled": True,
            "sizing": "auto",
            "valueMode": "color",
            "reduceOptions": _LAST,
        }


@dataclass(frozen=True, kw_only=True)
class HistogramBars(BarGauge):
    """A bar a bucket: with this form Grafana takes each bucket less the one below it."""

    form = "heatmap"


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """The labels of series and their value; ``columns`` are the labels shown, by their headers."""

    kind = "table"
    form = "table"
    instant = True
    columns: Mapping[str, str]
    value: str

    def options(self) -> Json:
        return {
            "cellHeight": "sm",
            "showHeader": True,
            "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""},
        }

    def custom(self) -> Json:
        return {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}

    def transformations(self) -> list[Json]:
        names = {**self.columns, "Value": self.value}
        return [
            {
                "id": "organize",
                "options": {
                    "excludeByName": {"Time": True},
                    "indexByName": {name: index for index, name in enumerate(names)},
                    "renameByName": names,
                },
            }
        ]
