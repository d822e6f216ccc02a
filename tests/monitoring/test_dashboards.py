"""Tests of the dashboards: every query returns data from a real Prometheus after real traffic."""

import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.models import units

from models.confidence.doubt import DOUBTS
from tests.support.challengers import store_with_challenger
from tests.support.champions import REPOSITORY, Workplace
from tests.support.monitoring.drawing import draw
from tests.support.monitoring.scraping import scraping
from tests.support.monitoring.series import Reader
from tests.support.monitoring.traffic import Traffic
from tests.support.servers import StartServer

GRAFANA = REPOSITORY / "monitoring" / "grafana"
DASHBOARDS = {
    path.stem: json.loads(path.read_text()) for path in sorted(GRAFANA.glob("dashboards/*.json"))
}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
    if panel["type"] != "row"
]
every_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)


@pytest.fixture(scope="module")
def reader(
    trained: Workplace, start_module_server: StartServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """A reader of a Prometheus that has scraped the service under traffic of every kind.

    One family has a challenger in the shadow, the other a challenger for a share of the clients.
    """
    folder = tmp_path_factory.mktemp("challengers")
    store_with_challenger(trained, folder, "baseline")
    server = start_module_server(
        store=store_with_challenger(trained, folder, "lstm"),
        models="baseline,lstm",
        runners="inline",
        shadow="baseline:challenger",
        split="lstm:challenger:50",
    )
    started = time.time()
    with (
        server.client() as client,
        scraping(server, tmp_path_factory.mktemp("scraping")) as prometheus,
    ):
        # Three of the six verdicts on one model are wrong, which fires SentimentWrongPredictions.
        judged = Traffic(client, ("baseline",))
        for number in range(6):
            judged.give_feedback(correct=number % 2 == 0)
        traffic = Traffic(client, ("baseline", "lstm"))
        traffic.cause_errors()
        traffic.predict_batch(64)
        traffic.run(seconds=10)
        prometheus.wait_until('ALERTS{alertstate="firing", alertname="SentimentWrongPredictions"}')
        prometheus.wait_until("increase(sentiment_shadow_verdicts_total[1m]) > 0")
        end = time.time()
        yield Reader(prometheus.url, end, end - started, step=1, rate_interval="30s")


@pytest.mark.parametrize("panel", PANELS)
def test_each_query_returns_data(reader: Reader, panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        if "sentiment_promised_share" in target["expr"] and 'label="negative"' in target["expr"]:
            # The baseline has no confident negatives, so that it promises no share of them.
            continue
        found = reader.series(target["expr"], instant=target["instant"])
        assert any(math.isfinite(value) for series in found for value in series.values), (
            f"no data: {reader.substitute(target['expr'])}"
        )


def test_each_reason_of_doubt_is_a_series(reader: Reader) -> None:
    (panel,) = (
        panel
        for panel in DASHBOARDS["models"]["panels"]
        if panel["title"] == "Predictions in doubt, by reason"
    )
    series = {line.name: line.values for line in reader.panel(panel)}
    assert set(series) == set(DOUBTS)
    assert max(series["empty"]) > 0
    assert max(series["language"]) > 0


@every_dashboard
def test_series_of_a_panel_have_different_names(reader: Reader, dashboard: dict[str, Any]) -> None:
    for panel in dashboard["panels"]:
        if panel["type"] in {"timeseries", "heatmap", "bargauge"}:
            names = [line.name for line in reader.panel(panel)]
            assert all(name.strip() for name in names), panel["title"]
            assert len(set(names)) == len(names), panel["title"]


@every_dashboard
def test_variables_have_values(reader: Reader, dashboard: dict[str, Any]) -> None:
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
            assert found
            metric, label = found.groups()
            series = reader.series(metric, f"{{{{{label}}}}}", instant=True)
            assert series
            assert all(line.name for line in series)


@every_dashboard
def test_firing_alerts_are_annotated(reader: Reader, dashboard: dict[str, Any]) -> None:
    (annotation,) = (each for each in dashboard["annotations"]["list"] if "expr" in each)
    names = {line.name for line in reader.series(annotation["expr"], annotation["titleFormat"])}
    assert "SentimentWrongPredictions" in names


@every_dashboard
def test_a_drawing_shows_every_panel_and_names_every_series(
    reader: Reader, dashboard: dict[str, Any]
) -> None:
    cards = {card.get_suptitle(): card for card in draw(dashboard, reader).subfigs}
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            (axes,) = cards[panel["title"]].axes
        if panel["type"] == "timeseries":
            names = {
                line.name for line in reader.panel(panel) if any(map(math.isfinite, line.values))
            }
            legend = axes.get_legend()
            assert legend
            texts = [text.get_text() for text in legend.get_texts()]
            assert len(texts) == len(names)
            assert all(any(text.startswith(name) for text in texts) for name in names)


def test_committed_files_equal_their_source() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "monitoring.grafana", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_check_reports_files_that_differ_from_their_source(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitoring.grafana", "--folder", str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    assert {path.stem for path in tmp_path.iterdir()} == set(DASHBOARDS)
    (tmp_path / "host.json").write_text("{}\n")
    (tmp_path / "unknown.json").write_text("{}\n")
    outcome = subprocess.run(
        [*command, "--check"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    assert outcome.returncode == 1
    assert outcome.stderr.splitlines() == [
        "host.json differs from its source: run make dashboards",
        "unknown.json differs from its source: run make dashboards",
    ]


@every_dashboard
def test_uid_and_references_are_valid_in_grafana(dashboard: dict[str, Any]) -> None:
    assert dashboard["schemaVersion"] == 39
    # Grafana accepts uids of at most 40 of these characters.
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", dashboard["uid"])
    assert dashboard["title"]
    assert "id" not in dashboard, "Grafana assigns the id of a dashboard"
    known = {variable["name"] for variable in dashboard["templating"]["list"]}
    assert "datasource" in known
    for panel in dashboard["panels"]:
        assert panel["type"]
        assert panel["gridPos"].keys() == {"x", "y", "w", "h"}
        letters = [target["refId"] for target in panel.get("targets", [])]
        assert len(set(letters)) == len(letters)
        for target in panel.get("targets", []):
            assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            used = set(re.findall(r"\$(\w+)", target["expr"]))
            assert used <= known | {"__rate_interval", "__range"}


def test_uids_and_titles_are_unique() -> None:
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS) == 5
    assert len({dashboard["title"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)


@every_dashboard
def test_panels_have_unique_ids_and_do_not_overlap(dashboard: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} covers {taken[x, y]}"
                taken[x, y] = panel["title"]


@every_dashboard
def test_titles_of_panels_are_unique(dashboard: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in dashboard["panels"]]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_has_a_description_a_unit_of_grafana_and_ascending_thresholds(
    panel: dict[str, Any],
) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["description"].strip()
    assert defaults["unit"] in vars(units).values()
    first, *others = (step["value"] for step in defaults["thresholds"]["steps"])
    assert first is None
    assert others == sorted(others)


def test_the_provisioned_data_source_is_that_of_the_dashboards() -> None:
    provisioning = GRAFANA / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yaml").read_text())[
        "datasources"
    ]
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "sentiment.yaml").read_text())[
        "providers"
    ]
    assert provider["type"] == "file"
    assert provider["options"]["path"]
    for dashboard in DASHBOARDS.values():
        choice = dashboard["templating"]["list"][0]
        assert choice["query"] == source["type"]
        assert choice["current"]["value"] == source["uid"]
    scraped = yaml.safe_load(
        (REPOSITORY / "monitoring" / "prometheus" / "prometheus.yaml").read_text()
    )
    assert source["jsonData"]["timeInterval"] == scraped["global"]["scrape_interval"]
