"""Drawings of dashboards by matplotlib. Each kind of panel has one function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import EngFormatter, FuncFormatter

from tests.support.monitoring.series import Reader, Series

_COLORS = {"green": "#3f8f4f", "yellow": "#d9a400", "red": "#c4314b"}
_FAINT, _LINE = "#7b8090", "#dfe2e8"
_SUFFIXES = {"reqps": " req/s", "cps": "/s", "Bps": "B/s", "bytes": "B", "s": "s"}
_COLUMNS, _HEAD_ROWS = 24, 2
_COLUMN_INCHES, _ROW_INCHES = 0.625, 0.36
# Left and bottom margins of the axes in inches, for tick labels and legends.
_MARGINS = {"timeseries": (0.6, 0.9), "heatmap": (0.8, 0.3), "bargauge": (0.9, 0.15)}
_NOTE = "Drawn by matplotlib from the dashboard's queries on a Prometheus. Not a view of Grafana."


def draw(dashboard: Mapping[str, Any], reader: Reader) -> Figure:
    """A figure with a subfigure for each panel, drawn from the series that ``reader`` finds."""
    panels = dashboard["panels"]
    rows = _HEAD_ROWS + max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    figure = Figure((_COLUMNS * _COLUMN_INCHES, rows * _ROW_INCHES))
    grid = figure.add_gridspec(rows, _COLUMNS)
    start, end = (
        datetime.fromtimestamp(at, UTC) for at in (reader.end - reader.seconds, reader.end)
    )
    head = figure.add_subfigure(grid[:_HEAD_ROWS, :])
    head.text(0.01, 0.6, dashboard["title"], size=15, weight="bold")
    head.text(0.01, 0.2, f"{_NOTE} {start:%Y-%m-%d, %H:%M} to {end:%H:%M} UTC", color=_FAINT)
    (alerts,) = (each for each in dashboard["annotations"]["list"] if "expr" in each)
    fired = [_date(line.times[0]) for line in reader.series(alerts["expr"])]
    for panel in panels:
        x, y, width, height = (panel["gridPos"][side] for side in "xywh")
        y += _HEAD_ROWS
        card = figure.add_subfigure(grid[y : y + height, x : x + width], edgecolor=_LINE)
        if panel["type"] == "row":
            card.text(0.01, 0.3, panel["title"], size=11, weight="bold")
            continue
        card.set_linewidth(1)
        card.suptitle(panel["title"], x=0.02, ha="left", size=9, weight="bold")
        axes = _add_axes(card, panel)
        series = [line for line in map(_without_nan, reader.panel(panel)) if line.values]
        if not series:
            axes.set_axis_off()
            axes.text(0.5, 0.5, panel["fieldConfig"]["defaults"]["noValue"], ha="center", size=11)
            continue
        _KINDS[panel["type"]](axes, panel, series)
        if panel["type"] == "timeseries":
            axes.set_xlim(float(date2num(start)), float(date2num(end)))
            for date in fired:
                axes.axvline(date, color=_COLORS["red"], lw=0.8, ls=":")
    return figure


def _add_axes(card: SubFigure, panel: Mapping[str, Any]) -> Axes:
    """Axes with room for the title, tick labels and legend of the panel."""
    left, bottom = _MARGINS.get(panel["type"], (0.1, 0.1))
    width = panel["gridPos"]["w"] * _COLUMN_INCHES
    height = panel["gridPos"]["h"] * _ROW_INCHES
    axes = card.add_axes(
        (left / width, bottom / height, 1 - (left + 0.25) / width, 1 - (bottom + 0.4) / height)
    )
    axes.tick_params(labelsize=7, colors=_FAINT, length=0)
    axes.spines[:].set_visible(False)
    return axes


def _draw_lines(axes: Axes, panel: Mapping[str, Any], series: Sequence[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    frame = _frame(series)
    fixed = {
        override["matcher"]["options"]: _COLORS[override["properties"][0]["value"]["fixedColor"]]
        for override in panel["fieldConfig"]["overrides"]
    }
    colors = [fixed.get(name, f"C{number}") for number, name in enumerate(frame)]
    if defaults["custom"]["stacking"]["mode"] == "normal":
        axes.stackplot(frame.index, frame.fillna(0).T, colors=colors, alpha=0.8, lw=0)
    else:
        for name, color in zip(frame, colors, strict=True):
            axes.plot(frame.index, frame[name], color=color, lw=1.2)
    highest = defaults.get("max", max(axes.get_ylim()[1], 1e-3))
    axes.set_ylim(0, highest)
    for step in defaults["thresholds"]["steps"][1:]:
        if step["value"] <= highest:
            axes.axhline(step["value"], color=_COLORS[step["color"]], lw=0.8, ls="--")
    axes.grid(color=_LINE)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _text(value, defaults["unit"])))
    _show_times(axes)
    names = [f"{name} {_text(frame[name].dropna().iloc[-1], defaults['unit'])}" for name in frame]
    longest = max(map(len, names))
    axes.legend(
        [axes.plot([], color=color, lw=3)[0] for color in colors],
        names,
        loc="upper left",
        bbox_to_anchor=(-0.02, -0.1),
        ncols=int(axes.get_window_extent().width / axes.figure.dpi / (0.2 + 0.05 * longest)) or 1,
        fontsize=6.5,
        labelspacing=0.2,
        borderpad=0,
        frameon=False,
        handlelength=0.6,
    )


def _draw_stat(axes: Axes, panel: Mapping[str, Any], series: Sequence[Series]) -> None:
    """The last values side by side, or a single one in front of its graph."""
    axes.set_axis_off()
    for number, line in enumerate(series):
        text, color = _text_and_color(line.values[-1], panel)
        style: dict[str, Any] = {"ha": "center", "transform": axes.transAxes}
        x = (number + 0.5) / len(series)
        axes.text(x, 0.55, text, size=20, weight="bold", color=color, **style)
        if len(series) > 1:
            axes.text(x, 0.3, line.name, size=7, color=_FAINT, **style)
        else:
            axes.fill_between(line.times, line.values, color=color, alpha=0.15, lw=0)
            axes.set_ylim(0, 3 * max(*line.values, 1e-3))


def _draw_heatmap(axes: Axes, panel: Mapping[str, Any], series: Sequence[Series]) -> None:
    counts = _buckets(series)
    counts = counts.loc[:, counts.max() > 0]
    axes.pcolormesh(counts.index, range(counts.shape[1]), counts.T, cmap="Blues", shading="nearest")
    axes.set_yticks(range(counts.shape[1]), [f"≤ {bound}" for bound in counts])
    _show_times(axes)


def _draw_bars(axes: Axes, panel: Mapping[str, Any], series: Sequence[Series]) -> None:
    histogram = panel["targets"][0]["format"] == "heatmap"
    last = (_buckets(series) if histogram else _frame(series)).iloc[-1]
    texts, colors = zip(*(_text_and_color(value, panel) for value in last), strict=True)
    bars = axes.barh(last.index, last, color=colors)
    axes.bar_label(bars, texts, size=7, padding=3)
    axes.set_xticks([])
    axes.invert_yaxis()


def _draw_table(axes: Axes, panel: Mapping[str, Any], series: Sequence[Series]) -> None:
    columns = panel["transformations"][0]["options"]["renameByName"]
    rows = [{**line.labels, "Value": f"{line.values[-1]:g}"} for line in series]
    axes.set_axis_off()
    table = axes.table(
        [[row[label] for label in columns] for row in rows],
        colLabels=list(columns.values()),
        cellLoc="left",
        loc="upper left",
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    table.auto_set_column_width(range(len(columns)))
    table.scale(1, 1.4)


_KINDS: dict[str, Callable[[Axes, Mapping[str, Any], Sequence[Series]], None]] = {
    "timeseries": _draw_lines,
    "stat": _draw_stat,
    "heatmap": _draw_heatmap,
    "bargauge": _draw_bars,
    "table": _draw_table,
}


def _show_times(axes: Axes) -> None:
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S"))


def _date(seconds: float) -> float:
    """Matplotlib's number of a time in seconds since the epoch."""
    return float(date2num(datetime.fromtimestamp(seconds, UTC)))


def _without_nan(line: Series) -> Series:
    values = pd.Series(line.values, line.times).dropna()
    return replace(line, times=tuple(values.index), values=tuple(values))


def _frame(series: Sequence[Series]) -> pd.DataFrame:
    """A column for each series, a row for each time."""
    columns = {line.name: pd.Series(line.values, list(map(_date, line.times))) for line in series}
    return pd.DataFrame(columns)


def _buckets(series: Sequence[Series]) -> pd.DataFrame:
    """Counts of a histogram's buckets, from which the bucket below is subtracted."""
    cumulated = _frame(sorted(series, key=lambda line: float(line.labels["le"])))
    return cumulated.diff(axis="columns").fillna(cumulated.iloc[:, :1])


def _text_and_color(value: float, panel: Mapping[str, Any]) -> tuple[str, str]:
    """A value's text by the panel's mappings and unit, and its colour by the thresholds."""
    defaults = panel["fieldConfig"]["defaults"]
    for mapping in defaults.get("mappings", []):
        if mapped := mapping["options"].get(f"{value:g}"):
            return mapped["text"], _COLORS[mapped["color"]]
    steps = defaults["thresholds"]["steps"]
    reached = [step for step in steps if step["value"] is None or value >= step["value"]]
    return _text(value, defaults["unit"]), _COLORS[reached[-1]["color"]]


def _text(value: float, unit: str) -> str:
    """A value with its unit, to three digits."""
    if unit == "percentunit":
        return f"{100 * value:.3g} %"
    suffix = _SUFFIXES.get(unit, "")
    if value and (unit == "s" or abs(value) >= 1000):
        text: str = EngFormatter(suffix, places=1)(value)
        return text
    return f"{value:.3g}{suffix}"
