"""Every query of every panel, on a real Prometheus after real traffic."""

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

from models.confidence.doubt import DOUBTS
from monitoring.grafana.draw import draw, save
from monitoring.grafana.reader import Reader
from tests.support.champions import REPOSITORY
from tests.support.monitoring.scraping import scraping
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
    start_lasting_server: StartServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """Reads of a Prometheus what traffic of every kind left there."""
    server = start_lasting_server(models="baseline", api_workers="1")
    started = time.time()
    with (
        server.client() as client,
        scraping(server, tmp_path_factory.mktemp("scraping")) as prometheus,
    ):
        traffic = Traffic(client, ("baseline",))
        # Verdicts of both kinds, three of them wrong: an alarm.
        for number in range(6):
            traffic.give_feedback(correct=number % 2 == 0)
        traffic.err()
        traffic.predict_batch(64)
        traffic.run(seconds=10)
        prometheus.wait_until('ALERTS{alertstate="firing", alertname="SentimentWrongPredictions"}')
        end = time.time()
        yield Reader(prometheus.url, end, end - started, step=1, rate_interval="30s")


@pytest.mark.parametrize("panel", PANELS)
def test_each_query_returns_data(reader: Reader, panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        if "sentiment_promised_share" in target["expr"] and 'label="negative"' in target["expr"]:
            # The baseline has no confident negatives, so that it promises no share of them.
            continue
        found = reader.series(target)
        assert any(math.isfinite(value) for series in found for value in series.values), (
            f"no data: {reader.substitute(target['expr'])}"
        )


def test_doubts_are_told_apart_by_their_reasons(reader: Reader) -> None:
    (target,) = next(
        panel["targets"]
        for panel in DASHBOARDS["models"]["panels"]
        if panel["title"] == "Predictions in doubt, by reason"
    )
    series = {line.name: line.values for line in reader.series(target)}
    assert set(series) == set(DOUBTS)
    assert max(series["empty"]) > 0
    assert max(series["language"]) > 0


@every_dashboard
def test_each_series_has_a_name(reader: Reader, dashboard: dict[str, Any]) -> None:
    for panel in dashboard["panels"]:
        if panel["type"] in {"timeseries", "heatmap", "bargauge"}:
            names = [line.name for target in panel["targets"] for line in reader.series(target)]
            assert all(name.strip() for name in names), panel["title"]
            assert len(set(names)) == len(names), panel["title"]


@every_dashboard
def test_variables_have_values(reader: Reader, dashboard: dict[str, Any]) -> None:
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            query = variable["query"]["query"]
            found = re.fullmatch(r"label_values\((\w+), (\w+)\)", query)
            assert found
            metric, label = found.groups()
            target = {"expr": metric, "instant": True, "legendFormat": f"{{{{{label}}}}}"}
            assert all(line.name for line in reader.series(target))
            assert reader.series(target)


@every_dashboard
def test_firing_alerts_are_annotated(reader: Reader, dashboard: dict[str, Any]) -> None:
    (annotation,) = (each for each in dashboard["annotations"]["list"] if "expr" in each)
    target = {"expr": annotation["expr"], "instant": False, "legendFormat": "{{alertname}}"}
    assert "SentimentWrongPredictions" in {line.name for line in reader.series(target)}


@every_dashboard
def test_is_drawn(reader: Reader, dashboard: dict[str, Any], tmp_path: Path) -> None:
    picture = tmp_path / "dashboard.png"
    save(draw(dashboard, reader), picture)
    assert picture.stat().st_size > 20_000


def test_files_are_as_they_would_be_written() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "monitoring.grafana", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitoring.grafana", "--folder", str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    assert {path.stem for path in tmp_path.iterdir()} == set(DASHBOARDS)
    (tmp_path / "host.json").write_text("{}\n")
    (tmp_path / "of-nobody.json").write_text("{}\n")
    outcome = subprocess.run(
        [*command, "--check"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    assert outcome.returncode == 1
    assert outcome.stderr.splitlines() == [
        "host.json differs: make dashboards",
        "of-nobody.json differs: make dashboards",
    ]


@every_dashboard
def test_has_what_grafana_asks_for(dashboard: dict[str, Any]) -> None:
    assert dashboard["schemaVersion"] == 39
    # Grafana takes uids of at most 40 such characters.
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", dashboard["uid"])
    assert dashboard["title"]
    assert "id" not in dashboard, "Grafana gives ids by itself"
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
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS) == 4
    assert len({dashboard["title"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)


@every_dashboard
def test_panels_share_no_id_and_no_place(dashboard: dict[str, Any]) -> None:
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
def test_panels_share_no_title(dashboard: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in dashboard["panels"]]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("panel", PANELS)
def test_is_explained(panel: dict[str, Any]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["title"]
    assert len(panel["description"]) > 20
    assert panel["description"].endswith(".")
    assert defaults["unit"]
    steps = defaults["thresholds"]["steps"]
    assert steps[0]["value"] is None
    rising = [step["value"] for step in steps[1:]]
    assert rising == sorted(rising)


def test_provisioning_names_what_the_dashboards_use() -> None:
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
