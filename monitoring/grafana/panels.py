"""The kinds of panels that the dashboards use: builders of Grafana's SDK in the project's style.

Each function returns a builder with title, description, unit, queries and thresholds set. The
dashboards add further settings with the builder's own methods, such as ``.max(1)``.
"""

import string
from collections.abc import Mapping
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, heatmap, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import FieldColor, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

DATA_SOURCE = models.DataSourceRef("prometheus", "${datasource}")
GREEN, YELLOW, RED = "green", "yellow", "red"
# One missed scrape does not interrupt a line. A longer outage of the service does.
_LONGEST_GAP_MS = 120_000
_LAST_VALUE = common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)

_Panel = TypeVar("_Panel", timeseries.Panel, stat.Panel, heatmap.Panel, bargauge.Panel, table.Panel)


def query(expression: str, legend: str = "__auto") -> Dataquery:
    """A PromQL query. ``legend`` names its series by their labels, as in ``{{model}}``."""
    return (
        Dataquery()
        .expr(expression)
        .legend_format(legend)
        .editor_mode(QueryEditorMode.CODE)
        .format(PromQueryFormat.TIME_SERIES)
        .range()
        .datasource(DATA_SOURCE)
    )


def rising(warning: float, critical: float) -> ThresholdsConfig:
    """Thresholds where small values are good: yellow from ``warning``, red from ``critical``."""
    return _thresholds(GREEN, (warning, YELLOW), (critical, RED))


def falling(critical: float, warning: float) -> ThresholdsConfig:
    """Thresholds where large values are good: red below ``critical``, yellow below ``warning``."""
    return _thresholds(RED, (critical, YELLOW), (warning, GREEN))


def fixed_color(color: str) -> list[models.DynamicConfigValue]:
    """Properties of an override that gives a series one colour."""
    return [models.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": color})]


def time_series(
    title: str,
    description: str,
    unit: str,
    *queries: Dataquery,
    thresholds: ThresholdsConfig | None = None,
    stacked: bool = False,
) -> timeseries.Panel:
    """Lines over time. Thresholds are dashed lines."""
    dashed = options.GraphThresholdsStyleMode.DASHED if thresholds else None
    stacking = options.StackingMode.NORMAL if stacked else options.StackingMode.NONE
    return (
        _panel(timeseries.Panel(), title, description, unit, queries, thresholds)
        .color_scheme(FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
        .legend(
            common.VizLegendOptions()
            .calcs(["lastNotNull", "max"])
            .display_mode(options.LegendDisplayMode.TABLE)
            .placement(options.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(options.TooltipDisplayMode.MULTI)
            .sort(options.SortOrder.DESCENDING)
        )
        .draw_style(options.GraphDrawStyle.LINE)
        .line_interpolation(options.LineInterpolation.LINEAR)
        .line_width(1)
        .fill_opacity(60 if stacked else 10)
        .show_points(options.VisibilityMode.NEVER)
        .span_nulls(_LONGEST_GAP_MS)
        .stacking(common.StackingConfig().mode(stacking).group("A"))
        .thresholds_style(
            common.GraphThresholdsStyleConfig().mode(dashed or options.GraphThresholdsStyleMode.OFF)
        )
    )


def single_stat(
    title: str,
    description: str,
    unit: str,
    *queries: Dataquery,
    thresholds: ThresholdsConfig | None = None,
) -> stat.Panel:
    """The last value in large type, in front of its graph."""
    return (
        _panel(stat.Panel(), title, description, unit, queries, thresholds)
        .reduce_options(_LAST_VALUE)
        .span(4)
        .height(4)
    )


def histogram_over_time(
    title: str, description: str, unit: str, *queries: Dataquery
) -> heatmap.Panel:
    """A histogram's buckets over time, as a heatmap."""
    for each in queries:
        each.format(PromQueryFormat.HEATMAP)
    return (
        _panel(heatmap.Panel(), title, description, unit, queries, None)
        .cell_values(heatmap.CellValues().unit("short").decimals(1))
        .color(
            heatmap.HeatmapColorOptions()
            .mode(HeatmapColorMode.SCHEME)
            .scheme("Blues")
            .fill("dark-blue")
            .scale(HeatmapColorScale.EXPONENTIAL)
            .exponent(0.5)
            .steps(64)
        )
        .rows_frame(heatmap.RowsHeatmapOptions().layout(options.HeatmapCellLayout.AUTO))
        .mode(options.TooltipDisplayMode.SINGLE)
        .show_y_histogram()
        .show_color_scale(True)
        .y_axis(heatmap.YAxisConfig().axis_placement(options.AxisPlacement.LEFT).unit(unit))
        .scale_distribution(common.ScaleDistributionConfig().type(options.ScaleDistribution.LINEAR))
    )


def bar_gauge(
    title: str,
    description: str,
    unit: str,
    *queries: Dataquery,
    thresholds: ThresholdsConfig | None = None,
) -> bargauge.Panel:
    """One horizontal bar for the last value of each series."""
    for each in queries:
        each.instant()
    return (
        _panel(bargauge.Panel(), title, description, unit, queries, thresholds)
        .orientation(options.VizOrientation.HORIZONTAL)
        .min_viz_height(10)
        .min_viz_width(0)
        .reduce_options(_LAST_VALUE)
    )


def histogram(title: str, description: str, unit: str, *queries: Dataquery) -> bargauge.Panel:
    """One bar for each bucket of a histogram.

    The query format "heatmap" makes Grafana subtract from each cumulative bucket the one below it.
    """
    panel = bar_gauge(title, description, unit, *queries)
    for each in queries:
        each.format(PromQueryFormat.HEATMAP)
    return panel


def label_table(
    title: str, description: str, unit: str, labelled: Dataquery, columns: Mapping[str, str]
) -> table.Panel:
    """A row for each series. ``columns`` maps labels, and ``Value``, to column headers."""
    labelled.format(PromQueryFormat.TABLE).instant()
    return (
        _panel(table.Panel(), title, description, unit, (labelled,), None)
        .cell_options(options.TableAutoCellOptions())
        .align(options.FieldTextAlignment.AUTO)
        .with_transformation(
            models.DataTransformerConfig(
                "organize",
                options={
                    "excludeByName": {"Time": True},
                    "indexByName": {name: index for index, name in enumerate(columns)},
                    "renameByName": dict(columns),
                },
            )
        )
    )


def _panel(
    panel: _Panel,
    title: str,
    description: str,
    unit: str,
    queries: tuple[Dataquery, ...],
    thresholds: ThresholdsConfig | None,
) -> _Panel:
    """Set the options that all kinds of panels share. Three panels of this width fill a row."""
    for letter, each in zip(string.ascii_uppercase, queries, strict=False):
        panel.with_target(each.ref_id(letter))
    return (
        panel.title(title)
        .description(description)
        .datasource(DATA_SOURCE)
        .unit(unit)
        .min(0)
        .no_value("no data")
        .color_scheme(FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .thresholds(thresholds or _thresholds(GREEN))
        .span(8)
        .height(8)
    )


def _thresholds(base: str, *steps: tuple[float, str]) -> ThresholdsConfig:
    """``base`` is the colour below the first step."""
    return (
        ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps([models.Threshold(None, base), *(models.Threshold(*step) for step in steps)])
    )
