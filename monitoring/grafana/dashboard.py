"""A dashboard, in the JSON that Grafana reads: rows of panels, variables, links, annotations."""

import json
from dataclasses import dataclass

from monitoring.grafana.panel import DATA_SOURCE, Json, Panel

COLUMNS = 24
TAG = "tweet-sentiment"
# Grafana 10.4 writes 39; newer versions read it and migrate.
_SCHEMA_VERSION = 39


@dataclass(frozen=True)
class Variable:
    """What the reader chooses of the values of a label, all at first; in queries ``=~"$name"``."""

    name: str
    title: str
    metric: str
    label: str

    def build(self) -> Json:
        query = f"label_values({self.metric}, {self.label})"
        return {
            "name": self.name,
            "label": self.title,
            "type": "query",
            "datasource": DATA_SOURCE,
            "definition": query,
            "query": {"query": query, "refId": self.name},
            "regex": "",
            "refresh": 2,
            "sort": 1,
            "hide": 0,
            "includeAll": True,
            "allValue": ".+",
            "multi": True,
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
            "options": [],
        }


MODEL = Variable("model", "Model", "sentiment_model_info", "model")
HOST = Variable("host", "Host", "node_uname_info", "instance")

_DATA_SOURCE_CHOICE: Json = {
    "name": "datasource",
    "label": "Data source",
    "type": "datasource",
    "query": "prometheus",
    "regex": "",
    "refresh": 1,
    "hide": 0,
    "includeAll": False,
    "multi": False,
    "current": {"selected": True, "text": "Prometheus", "value": "prometheus"},
    "options": [],
}

_ANNOTATIONS: list[Json] = [
    {
        "name": "Annotations & Alerts",
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "type": "dashboard",
    },
    {
        "name": "Firing alerts",
        "datasource": DATA_SOURCE,
        "enable": True,
        "hide": False,
        "iconColor": "red",
        "expr": 'ALERTS{alertstate="firing"}',
        "titleFormat": "{{alertname}}",
        "textFormat": "{{model}}",
        "tagKeys": "severity",
    },
]

# Found by their tag: a dashboard that is added is linked from all others.
_LINK_TO_THE_OTHERS: Json = {
    "type": "dashboards",
    "title": "tweet-sentiment",
    "tags": [TAG],
    "asDropdown": False,
    "includeVars": True,
    "keepTime": True,
    "targetBlank": False,
    "icon": "external link",
    "tooltip": "",
    "url": "",
}


@dataclass(frozen=True)
class Row:
    """Panels under a heading, from left to right, then in the next line."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Dashboard:
    """``name`` is the name of its file and, after the tag, its uid."""

    name: str
    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]

    def build(self) -> Json:
        """The dashboard's JSON."""
        return {
            "uid": f"{TAG}-{self.name}",
            "title": self.title,
            "description": self.description,
            "tags": [TAG],
            "schemaVersion": _SCHEMA_VERSION,
            "version": 1,
            "editable": False,
            # A shared crosshair.
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": "now-6h", "to": "now"},
            "timepicker": {},
            "timezone": "browser",
            "fiscalYearStartMonth": 0,
            "weekStart": "",
            "templating": {
                "list": [_DATA_SOURCE_CHOICE, *(choice.build() for choice in self.variables)]
            },
            "annotations": {"list": _ANNOTATIONS},
            "links": [_LINK_TO_THE_OTHERS],
            "panels": _place(self.rows),
        }

    def text(self) -> str:
        """The text of its file."""
        return json.dumps(self.build(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _place(rows: tuple[Row, ...]) -> list[Json]:
    """Panels of all rows with an id and a place each."""
    placed: list[Json] = []
    y = 0
    for row in rows:
        placed.append(
            {
                "id": len(placed) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
                "panels": [],
            }
        )
        y += 1
        x = line_height = 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                y += line_height
                x = line_height = 0
            placed.append(panel.build(len(placed) + 1, x, y))
            x += panel.width
            line_height = max(line_height, panel.height)
        y += line_height
    return placed
