"""Draw a dashboard from its own queries, where there is no Grafana to show it."""

import json
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from matplotlib.figure import Figure
from PIL import Image

from monitoring.grafana.dashboard import COLUMNS
from monitoring.grafana.panel import Json
from monitoring.grafana.pictures import Box, draw_panel
from monitoring.grafana.reader import Reader, Series

_WIDTH = 15.0
_UNIT = 0.34
_MARGIN, _GAP = 0.15, 0.08
_HEAD, _FOOT = 0.55, 0.35


def draw(dashboard: Json, reader: Reader) -> Figure:
    """A figure of all panels with what ``reader`` finds for them."""
    panels = dashboard["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    height = rows * _UNIT + _HEAD + _FOOT
    figure = Figure(figsize=(_WIDTH, height), facecolor="#f4f5f8")
    page = Box(figure, 0, 0, _WIDTH, height)
    span = (reader.end - reader.seconds, reader.end)
    page.write(_MARGIN, height - 0.36, dashboard["title"], size=15, weight="bold", color="#222631")
    shown = " to ".join(f"{datetime.fromtimestamp(at, UTC):%H:%M}" for at in span)
    page.write(
        _WIDTH - _MARGIN,
        height - 0.34,
        f"{datetime.fromtimestamp(span[1], UTC):%Y-%m-%d}, {shown} UTC",
        size=9,
        color="#7b8090",
        ha="right",
    )
    page.write(
        _MARGIN,
        0.13,
        "Drawn by this project (monitoring/grafana/draw.py) from the dashboard's own queries on a "
        "real Prometheus. Not a picture of Grafana.",
        size=8,
        color="#7b8090",
    )
    alerts = _alerts(dashboard, reader)
    column = (_WIDTH - 2 * _MARGIN) / COLUMNS
    for panel in panels:
        place = panel["gridPos"]
        box = Box(
            figure,
            _MARGIN + place["x"] * column + _GAP / 2,
            height - _HEAD - (place["y"] + place["h"]) * _UNIT + _GAP / 2,
            place["w"] * column - _GAP,
            place["h"] * _UNIT - _GAP,
        )
        if panel["type"] == "row":
            box.write(0, 0.06, panel["title"], size=10.5, weight="bold", color="#4a5060")
            continue
        series = [line for target in panel["targets"] for line in reader.series(target)]
        draw_panel(box, panel, series, alerts, span)
    return figure


def save(figure: Figure, picture: Path) -> None:
    """Write a PNG of 256 colours, a third of the size that all of them take."""
    buffer = BytesIO()
    figure.savefig(buffer, dpi=100)
    # The octree keeps the colours of thin lines, which the median cut merges.
    few = Image.open(buffer).convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE)
    few.save(picture, optimize=True)


def _alerts(dashboard: Json, reader: Reader) -> list[Series]:
    """Alerts of the dashboard's annotations, from when they fired."""
    return [
        line
        for annotation in dashboard["annotations"]["list"]
        if "expr" in annotation
        for line in reader.series(
            {
                "expr": annotation["expr"],
                "instant": False,
                "legendFormat": annotation["titleFormat"],
            }
        )
    ]


def main(
    prometheus: Annotated[str, typer.Argument(help="Address, such as http://localhost:9090.")],
    dashboard: Annotated[Path, typer.Argument(help="JSON file of a dashboard.")],
    picture: Annotated[Path, typer.Argument(help="PNG file to write.")],
    minutes: Annotated[float, typer.Option(help="How far back.")] = 60,
    rate_interval: Annotated[str, typer.Option(help="At least four scrapes.")] = "60s",
) -> None:
    """Draw what a dashboard shows now."""
    seconds = minutes * 60
    reader = Reader(prometheus, time.time(), seconds, max(1, seconds // 240), rate_interval)
    save(draw(json.loads(dashboard.read_text(encoding="utf-8")), reader), picture)


if __name__ == "__main__":
    typer.run(main)
