"""Tests of Prometheus's rules, run by promtool."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.champions import REPOSITORY
from tests.support.monitoring.configurations import MONITORING
from tests.support.monitoring.processes import binary

RULES = sorted((MONITORING / "prometheus" / "rules").glob("*.yaml"))
TESTS = sorted((MONITORING / "prometheus" / "tests").glob("*.yaml"))
RUNBOOK = "docs/runbook.md"


def promtool(*arguments: str) -> None:
    outcome = subprocess.run(
        [binary("promtool"), *arguments], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def alerts() -> list[dict[str, Any]]:
    rules = [
        rule
        for path in RULES
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]
    return [rule for rule in rules if "alert" in rule]


def anchors(document: Path) -> set[str]:
    """GitHub's anchors of a document's headings of the second level."""
    lines = document.read_text().splitlines()
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    return {title.lower().replace(" ", "-") for title in titles}


def test_the_configuration_is_valid() -> None:
    promtool("check", "config", str(MONITORING / "prometheus" / "prometheus.yaml"))


@pytest.mark.parametrize("tests", TESTS, ids=lambda path: path.stem)
def test_alerts_are_silent_fire_and_clear(tests: Path) -> None:
    promtool("test", "rules", str(tests))


def test_every_alert_is_tested_firing_and_silent() -> None:
    checks = [
        check
        for path in TESTS
        for test in yaml.safe_load(path.read_text())["tests"]
        for check in test.get("alert_rule_test", [])
    ]
    names = {alert["alert"] for alert in alerts()}
    assert {check["alertname"] for check in checks if check["exp_alerts"]} == names
    assert {check["alertname"] for check in checks if not check["exp_alerts"]} == names


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_has_a_severity_a_text_and_a_section_in_the_runbook(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in ("warning", "critical")
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["description"]
    page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    assert page == RUNBOOK
    assert anchor == alert["alert"].lower()
    assert anchor in anchors(REPOSITORY / RUNBOOK)


def test_every_section_of_the_runbook_has_an_alert() -> None:
    names = {alert["alert"].lower() for alert in alerts()}
    pages = {anchor for anchor in anchors(REPOSITORY / RUNBOOK) if anchor.startswith("sentiment")}
    assert pages == names
