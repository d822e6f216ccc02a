"""Pictures of panels by matplotlib, close to how Grafana draws them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from monitoring.grafana.panel import Json
from monitoring.grafana.reader import Series
from monitoring.grafana.units import show

COLORS = {"green": "#3f8f4f", "yellow": "#d9a400", "red": "#c4314b", "blue": "#3274d9"}
_PALETTE = ("#3274d9", "#e0752d", "#3f8f4f", "#8f5fb8", "#c4314b", "#1a9ba1", "#a5762a", "#777777")
_HEAT = LinearSegmentedColormap.from_list("heat", ["#eaf1fb", "#6ba1e8", "#1b3f86"])
_INK, _FAINT, _LINE = "#222631", "#7b8090", "#d8dbe2"
_LEGEND_LINES = 3
_SHORT_S = 900


@dataclass(frozen=True)
class Box:
    """A panel's place in the figure, in inches from the lower left corner."""

    figure: Figure
    left: float
    bottom: float
    width: float
    height: float

    def axes(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Axes inside, with margins in inches."""
        across, up = self.figure.get_size_inches()
        return self.figure.add_axes(
            (
                (self.left + left) / across,
                (self.bottom + bottom) / up,
                (self.width - left - right) / across,
                (self.height - bottom - top) / up,
            )
        )

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Text at inches from the lower left corner."""
        across, up = self.figure.get_size_inches()
        self.figure.text((self.left + x) / across, (self.bottom + y) / up, text, **style)

    def card(self) -> None:
        across, up = self.figure.get_size_inches()
        self.figure.add_artist(
            FancyBboxPatch(
                (self.left / across, self.bottom / up),
                self.width / across,
                self.height / up,
                boxstyle="round,pad=0,rounding_size=0.002",
                facecolor="white",
                edgecolor=_LINE,
                linewidth=0.8,
                transform=self.figure.transFigure,
                zorder=-1,
            )
        )


def draw_panel(
    box: Box,
    panel: Json,
    series: Sequence[Series],
    alerts: Sequence[Series],
    span: tuple[float, float],
) -> None:
    """Draw a panel's ``series``; ``span`` is the time shown, in seconds since the epoch."""
    box.card()
    title = panel["title"]
    box.write(0.1, box.height - 0.22, title, size=8.5, weight="bold", color=_INK)
    if not any(math.isfinite(value) for line in series for value in line.values):
        text = panel["fieldConfig"]["defaults"]["noValue"]
        box.write(box.width / 2, box.height / 2 - 0.1, text, size=11, color=_FAINT, ha="center")
        return
    if panel["type"] == "timeseries":
        _draw_lines(box, panel, series, alerts, span)
    else:
        _DRAWN[panel["type"]](box, panel, series)


def _draw_lines(
    box: Box,
    panel: Json,
    series: Sequence[Series],
    alerts: Sequence[Series],
    span: tuple[float, float],
) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    unit, decimals = defaults["unit"], defaults.get("decimals")
    texts = [f"{line.name} {show(_last(line), unit, decimals)}" for line in series]
    columns, room = _legend_columns(box, texts)
    lines = math.ceil(min(len(series), columns * _LEGEND_LINES) / columns)
    axes = box.axes(0.62, 0.3 + 0.15 * lines, 0.14, 0.36)
    colors = _line_colors(panel, series)
    if defaults["custom"]["stacking"]["mode"] == "normal":
        times = sorted({time for line in series for time in line.times})
        heights = [_on(line, times) for line in series]
        axes.stackplot([_date(time) for time in times], *heights, colors=colors, alpha=0.75, lw=0)
    else:
        for line, color in zip(series, colors, strict=True):
            dates = [_date(time) for time in line.times]
            axes.plot(dates, line.values, color=color, lw=1.2)
            if len(series) == 1:
                axes.fill_between(dates, line.values, color=color, alpha=0.12, lw=0)
    low, high = axes.get_ylim()
    if not any(any(line.values) for line in series):
        low, high = 0, 1
    axes.set_ylim(min(low, defaults.get("min", low)), defaults.get("max", high))
    for step in defaults["thresholds"]["steps"][1:]:
        if (
            defaults["custom"]["thresholdsStyle"]["mode"] != "off"
            and axes.get_ylim()[0] <= step["value"] <= axes.get_ylim()[1]
        ):
            axes.axhline(step["value"], color=COLORS[step["color"]], lw=0.8, ls=(0, (5, 3)))
    for alert in alerts:
        axes.axvline(_date(alert.times[0]), color=COLORS["red"], lw=0.9, ls=":")
    axes.set_xlim(_date(span[0]), _date(span[1]))
    _time_axis(axes, span)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=decimals == 0))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: show(value, unit)))
    axes.grid(color=_LINE, lw=0.5)
    _tidy(axes)
    for index, (text, color) in enumerate(zip(texts, colors, strict=True)):
        if index < columns * _LEGEND_LINES:
            row, column = divmod(index, columns)
            x = 0.14 + column * (box.width - 0.2) / columns
            y = 0.09 + 0.15 * (lines - 1 - row)
            box.write(x, y, "■", size=6, color=color)
            shown = text if len(text) <= room else f"{text[: room - 1]}…"
            box.write(x + 0.11, y, shown, size=6.5, color=_INK)


def _draw_stat(box: Box, panel: Json, series: Sequence[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    width = box.width / len(series)
    for index, line in enumerate(series):
        value = _last(line)
        text, color = _words(defaults, value)
        part = Box(box.figure, box.left + index * width, box.bottom, width, box.height)
        size = min(24, 1.35 * width * 72 / max(4, len(text)))
        part.write(
            width / 2, box.height * 0.46, text, size=size, weight="bold", color=color, ha="center"
        )
        if len(series) > 1:
            part.write(width / 2, box.height * 0.32, line.name, size=7, color=_FAINT, ha="center")
        if len(line.values) > 1 and panel["options"]["graphMode"] == "area":
            axes = part.axes(0.06, 0.05, 0.06, part.height * 0.72)
            axes.fill_between(line.times, line.values, color=color, alpha=0.18, lw=0)
            axes.plot(line.times, line.values, color=color, lw=1)
            finite = [number for number in line.values if math.isfinite(number)]
            axes.set_ylim(min(0, *finite), (max(finite) or 1) * 1.05)
            axes.set_axis_off()


def _draw_heatmap(box: Box, panel: Json, series: Sequence[Series]) -> None:
    buckets = _buckets(series)
    times = sorted({time for line in series for time in line.times})
    rows = [_on(line, times) for line in buckets]
    counts = [
        [max(0.0, value - below) for value, below in zip(row, lower, strict=True)]
        for row, lower in zip(rows, [[0.0] * len(times), *rows[:-1]], strict=True)
    ]
    used = [index for index, row in enumerate(counts) if max(row) > 1e-9]
    first, last = used[0], used[-1] + 1
    axes = box.axes(0.62, 0.3, 0.14, 0.36)
    shown = [[value if value > 1e-9 else math.nan for value in row] for row in counts[first:last]]
    dates = [_date(time) for time in times]
    axes.pcolormesh(
        dates, range(last - first), shown, cmap=_HEAT, vmin=0, shading="nearest", rasterized=True
    )
    unit = panel["fieldConfig"]["defaults"]["unit"]
    axes.set_yticks(range(last - first))
    axes.set_yticklabels([f"≤ {show(float(line.name), unit)}" for line in buckets[first:last]])
    _time_axis(axes, (times[0], times[-1]))
    _tidy(axes)


def _draw_bars(box: Box, panel: Json, series: Sequence[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    histogram = panel["targets"][0]["format"] == "heatmap"
    if histogram:
        buckets = [line for line in _buckets(series) if math.isfinite(float(line.name))]
        totals = [_last(line) for line in buckets]
        values = [total - below for total, below in zip(totals, [0.0, *totals[:-1]], strict=True)]
        names = [line.name for line in buckets]
    else:
        values, names = [_last(line) for line in series], [line.name for line in series]
    longest = max(len(name) for name in names)
    axes = box.axes(0.2 + 0.065 * longest, 0.12, 0.55, 0.36)
    places = range(len(values))
    limit = defaults.get("max", max(values)) or 1
    axes.barh(places, [limit] * len(values), color="#f1f2f5", height=0.72)
    colors = [_words(defaults, value)[1] for value in values]
    axes.barh(places, values, color=colors, height=0.72, alpha=0.8)
    for place, value in zip(places, values, strict=True):
        text = show(value, defaults["unit"], defaults.get("decimals"))
        axes.text(limit * 1.02, place, text, size=7, va="center", color=_INK)
    axes.set_xlim(0, limit)
    axes.set_yticks(places)
    axes.set_yticklabels(names)
    axes.set_xticks([])
    axes.invert_yaxis()
    _tidy(axes)


def _draw_table(box: Box, panel: Json, series: Sequence[Series]) -> None:
    names = panel["transformations"][0]["options"]["renameByName"]
    rows = [
        [f"{line.values[-1]:g}" if key == "Value" else line.labels.get(key, "") for key in names]
        for line in series
    ]
    columns = [list(column) for column in zip(names.values(), *rows, strict=True)]
    widths = [max(map(len, column)) + 3 for column in columns]
    x = 0.14
    for column, width in zip(columns, widths, strict=True):
        for index, text in enumerate(column):
            head = index == 0
            box.write(
                x,
                box.height - 0.52 - 0.26 * index,
                text,
                size=8,
                weight="bold" if head else "normal",
                color=_FAINT if head else _INK,
            )
        x += width / sum(widths) * (box.width - 0.2)


_DRAWN: dict[str, Callable[[Box, Json, Sequence[Series]], None]] = {
    "stat": _draw_stat,
    "heatmap": _draw_heatmap,
    "bargauge": _draw_bars,
    "table": _draw_table,
}


def _line_colors(panel: Json, series: Sequence[Series]) -> list[str]:
    fixed = {
        override["matcher"]["options"]: COLORS[override["properties"][0]["value"]["fixedColor"]]
        for override in panel["fieldConfig"]["overrides"]
    }
    return [
        fixed.get(line.name, _PALETTE[index % len(_PALETTE)]) for index, line in enumerate(series)
    ]


def _words(defaults: Json, value: float) -> tuple[str, str]:
    """What a value reads, and its colour."""
    for mapping in defaults["mappings"]:
        found = mapping["options"].get(f"{value:g}")
        if found:
            return found["text"], COLORS[found["color"]]
    color = defaults["thresholds"]["steps"][0]["color"]
    for step in defaults["thresholds"]["steps"][1:]:
        if value >= step["value"]:
            color = step["color"]
    return show(value, defaults["unit"], defaults.get("decimals")), COLORS[color]


def _buckets(series: Sequence[Series]) -> list[Series]:
    return sorted(series, key=lambda line: float(line.labels["le"]))


def _on(line: Series, times: Sequence[float]) -> list[float]:
    """The values at ``times``, 0 where there is none."""
    values = dict(zip(line.times, line.values, strict=True))
    found = (values.get(time, 0.0) for time in times)
    return [value if math.isfinite(value) else 0.0 for value in found]


def _last(line: Series) -> float:
    return next((value for value in reversed(line.values) if math.isfinite(value)), math.nan)


def _legend_columns(box: Box, texts: Sequence[str]) -> tuple[int, int]:
    """How many columns hold the longest of ``texts``, and the characters that fit into one."""
    for columns in (3, 2):
        room = int((box.width / columns - 0.2) / 0.052)
        if max(map(len, texts)) <= room:
            break
    return columns, room


def _time_axis(axes: Axes, span: tuple[float, float]) -> None:
    """Six times at most; with seconds where minutes would repeat."""
    short = span[1] - span[0] < _SHORT_S
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S" if short else "%H:%M"))


def _date(time: float) -> float:
    """Matplotlib's number of a time in seconds since the epoch."""
    return float(date2num(datetime.fromtimestamp(time, UTC)))


def _tidy(axes: Axes) -> None:
    axes.tick_params(labelsize=6.5, colors=_FAINT, length=0, pad=3)
    for spine in axes.spines.values():
        spine.set_visible(False)
