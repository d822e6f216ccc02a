"""Parts that all dashboards share: variables, links to each other, marks of alerts, time range."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from grafana_foundation_sdk.builders.dashboard import (
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    Row,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from monitoring.grafana.panels import DATA_SOURCE

_TAG = "tweet-sentiment"
# The version that Grafana 10.4 writes. Newer versions read it and migrate.
_SCHEMA_VERSION = 39

Rows: TypeAlias = Mapping[str, Sequence[Builder[models.Panel]]]


class _AlertAnnotation(models.AnnotationQuery):
    """An annotation of Prometheus with its texts, which the SDK's model lacks."""

    def to_json(self) -> dict[str, object]:
        return {
            **super().to_json(),
            "titleFormat": "{{alertname}}",
            "textFormat": "{{model}}",
            "tagKeys": "severity",
        }


def dashboard(
    name: str, title: str, description: str, rows: Rows, variable: Builder[models.VariableModel]
) -> models.Dashboard:
    """A dashboard of titled rows of panels, with the uid ``tweet-sentiment-<name>``."""
    builder = (
        Dashboard(title)
        .uid(f"{_TAG}-{name}")
        .description(description)
        .tags([_TAG])
        .version(1)
        .readonly()
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .refresh("30s")
        .time("now-6h", "now")
        .with_variable(_data_source())
        .with_variable(variable)
        .link(_link_to_the_others())
    )
    for heading, panels in rows.items():
        builder.with_row(Row(heading))
        for panel in panels:
            builder.with_panel(panel)
    built = builder.build()
    built.schema_version = _SCHEMA_VERSION
    built.annotations = models.AnnotationContainer([_annotations_of_grafana(), _firing_alerts()])
    for number, placed in enumerate(built.panels or [], start=1):
        placed.id_val = number
    return built


def label_choice(name: str, title: str, metric: str, label: str) -> QueryVariable:
    """A choice of several values of a label, at first all. Queries use ``label=~"$name"``."""
    query = f"label_values({metric}, {label})"
    return (
        QueryVariable(name)
        .label(title)
        .datasource(DATA_SOURCE)
        .query({"query": query, "refId": name})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .include_all(True)
        .all_value(".+")
        .multi(True)
        .current(models.VariableOption(True, ["All"], ["$__all"]))
    )


MODEL = label_choice("model", "Model", "sentiment_model_info", "model")


def _data_source() -> DatasourceVariable:
    return (
        DatasourceVariable("datasource")
        .label("Data source")
        .type("prometheus")
        .current(models.VariableOption(True, "Prometheus", "prometheus"))
    )


def _annotations_of_grafana() -> models.AnnotationQuery:
    return models.AnnotationQuery(
        name="Annotations & Alerts",
        built_in=1,
        datasource=models.DataSourceRef("grafana", "-- Grafana --"),
        hide=True,
        icon_color="rgba(0, 211, 255, 1)",
        type_val="dashboard",
    )


def _firing_alerts() -> models.AnnotationQuery:
    return _AlertAnnotation(
        name="Firing alerts",
        datasource=DATA_SOURCE,
        icon_color="red",
        expr='ALERTS{alertstate="firing"}',
    )


def _link_to_the_others() -> DashboardLink:
    """Links to all dashboards with the tag, so that a new one is linked without an edit."""
    return (
        DashboardLink(_TAG)
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags([_TAG])
        .include_vars(True)
        .keep_time(True)
        .icon("external link")
    )
