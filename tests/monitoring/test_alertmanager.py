"""Tests of Alertmanager with the project's configuration: mails, links, inhibition, webhook."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.monitoring.configurations import alertmanager, mail_settings
from tests.support.monitoring.mailbox import Mailbox, content
from tests.support.monitoring.processes import Alertmanager

PUBLIC_URL = "https://sentiment.example.org"
GRAFANA_URL = "https://grafana.example.org"
RUNBOOK_URL = "https://wiki.example.org/runbook"


def alert(name: str, **labels: str) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "job": "sentiment", "severity": "warning", **labels},
        "annotations": {
            "summary": f"{name} {labels.get('model', '')}".strip(),
            "description": f"Description of {name}.",
            "runbook_url": f"docs/runbook.md#{name.lower()}",
        },
    }


def wrong_predictions(model: str, **labels: str) -> dict[str, Any]:
    found = alert("SentimentWrongPredictions", topic="feedback", window="5m", model=model, **labels)
    found["annotations"] |= {"count": "3", "versions": "v1, v2"}
    return found


def burst_of_mentions(name: str, **labels: str) -> dict[str, Any]:
    found = alert(name, topic="crowd", window="15m", **labels)
    found["annotations"] |= {
        "count": "33 negative of 41 within 5 minutes",
        "usual": "3 negative of 9 within 15 minutes",
        "unsure": "12%",
    }
    return found


def send(running: Alertmanager, *alerts: dict[str, Any]) -> None:
    httpx.post(f"{running.url}/api/v2/alerts", json=alerts, timeout=30).raise_for_status()


def inhibited(running: Alertmanager, *alerts: dict[str, Any]) -> set[str]:
    """Names and severities of the alerts that another of them inhibits."""
    send(running, *alerts)
    # Alertmanager decides about inhibition when it is about to send a group.
    deadline = time.monotonic() + 30
    while True:
        known = running.alerts()
        if len(known) == len(alerts) and all(a["status"]["state"] != "unprocessed" for a in known):
            break
        assert time.monotonic() < deadline, known
        time.sleep(0.1)
    return {
        f"{a['labels']['alertname']} {a['labels']['severity']}"
        for a in known
        if a["status"]["inhibitedBy"]
    }


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox({"sentiment": "hunter2"}) as mailbox:
        yield mailbox


@pytest.fixture
def running(mailbox: Mailbox, tmp_path: Path) -> Iterator[Alertmanager]:
    password = tmp_path / "password"
    password.write_text("hunter2")
    configuration = alertmanager(
        tmp_path / "configuration",
        **mail_settings(mailbox.port, PUBLIC_URL),
        smtp_user="sentiment",
        smtp_password_file=str(password),
        runbook_url=RUNBOOK_URL,
        grafana_url=GRAFANA_URL,
    )
    with Alertmanager(configuration, tmp_path / "alertmanager") as running:
        yield running


def test_alerts_of_two_models_are_one_mail(running: Alertmanager, mailbox: Mailbox) -> None:
    send(running, wrong_predictions("baseline"), wrong_predictions("lstm"))
    mail = mailbox.wait_for(1, 30)
    assert mail["To"] == "team@example.org"
    assert mail["Subject"] == ("[tweet-sentiment] SentimentWrongPredictions baseline (2 alerts)")
    for form in ("plain", "html"):
        text = content(mail, form)
        for said in ("baseline", "lstm", "v1, v2", "Description of SentimentWrongPredictions."):
            assert said in text
        assert f"{RUNBOOK_URL}#sentimentwrongpredictions" in text
        assert text.count(f"{PUBLIC_URL}/admin/feedback?since=") == 2
    # Three group intervals of the test configuration.
    time.sleep(6)
    assert len(mailbox.mails) == 1


def test_the_link_covers_the_time_of_the_wrong_verdicts(
    running: Alertmanager, mailbox: Mailbox
) -> None:
    start = datetime.now(UTC).replace(microsecond=0)
    end = start + timedelta(seconds=1)
    burst = wrong_predictions("a b&c=d") | {"startsAt": start.isoformat()}
    send(running, burst)
    mailbox.wait_for(1, 30)
    time.sleep(1)
    send(running, burst | {"endsAt": end.isoformat()})
    mailbox.wait_for(2, 30)
    for mail, until in zip(mailbox.mails, (start + timedelta(minutes=1), end), strict=True):
        (link,) = [line for line in content(mail, "plain").splitlines() if "/admin/" in line]
        assert dict(httpx.URL(link).params) == {
            "since": f"{start - timedelta(minutes=6):%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{until:%Y-%m-%dT%H:%M:%SZ}",
            "model": "a b&c=d",
            "format": "html",
        }


def test_labels_are_escaped_in_html(running: Alertmanager, mailbox: Mailbox) -> None:
    send(running, wrong_predictions("<script>alert(1)</script>"))
    html = content(mailbox.wait_for(1, 30), "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_mail_of_a_burst_links_to_its_words_and_to_the_dashboard(
    running: Alertmanager, mailbox: Mailbox
) -> None:
    start = datetime.now(UTC).replace(microsecond=0)
    in_replies = burst_of_mentions("SentimentNegativeBurst", source="replies")
    in_all = burst_of_mentions("SentimentNegativeBurst")
    for each in (in_replies, in_all):
        each["startsAt"] = start.isoformat()
    send(running, in_replies, in_all)
    mail = mailbox.wait_for(1, 30)
    for form in ("plain", "html"):
        text = content(mail, form)
        for said in ("33 negative of 41", "3 negative of 9", "12%", "replies", "all"):
            assert said in text
        opening = (start - timedelta(hours=3)).timestamp() * 1000
        ampersand = "&" if form == "plain" else "&amp;"
        dashboard = f"/d/tweet-sentiment-mentions?from={opening:.0f}{ampersand}to=now"
        assert text.count(f"{GRAFANA_URL}{dashboard}") == 2
        assert text.count(f"{PUBLIC_URL}/ui/crowd?since=") == 2
    links = [line for line in content(mail, "plain").splitlines() if "/ui/crowd" in line]
    window = {
        "since": f"{start - timedelta(minutes=15):%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{start + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
    }
    addresses = [httpx.URL(link) for link in links]
    assert {address.fragment for address in addresses} == {"words"}
    assert sorted(dict(address.params).get("source", "") for address in addresses) == [
        "",
        "replies",
    ]
    for address in addresses:
        assert window.items() <= dict(address.params).items()


def test_a_negative_burst_inhibits_the_burst_of_volume_of_its_source_and_of_all_sources(
    running: Alertmanager,
) -> None:
    alerts = [
        burst_of_mentions("SentimentNegativeBurst", source="replies"),
        burst_of_mentions("SentimentMentionsBurst", source="replies"),
        burst_of_mentions("SentimentMentionsBurst"),
        burst_of_mentions("SentimentMentionsBurst", source="page"),
    ]
    send(running, *alerts)
    states: dict[tuple[str, str | None], str] = {}
    deadline = time.monotonic() + 30
    while len(states) < len(alerts) or "unprocessed" in states.values():
        assert time.monotonic() < deadline, states
        time.sleep(0.1)
        states = {
            (found["labels"]["alertname"], found["labels"].get("source")): found["status"]["state"]
            for found in running.alerts()
        }
    assert {key for key, state in states.items() if state == "suppressed"} == {
        ("SentimentMentionsBurst", "replies"),
        ("SentimentMentionsBurst", None),
    }


def test_a_dead_runner_inhibits_the_latency_alert_of_its_job(running: Alertmanager) -> None:
    alerts = [
        alert("SentimentRunnerDown", severity="critical", instance="a:3000", model="lstm"),
        alert("SentimentLatencyBudgetBurn", severity="critical", topic="latency", window="1h"),
        alert("SentimentErrorBudgetBurn", severity="critical", topic="errors", window="1h"),
    ]
    assert inhibited(running, *alerts) == {"SentimentLatencyBudgetBurn critical"}


def test_a_dead_runner_does_not_inhibit_alerts_of_another_job(running: Alertmanager) -> None:
    alerts = [
        alert("SentimentRunnerDown", severity="critical", instance="a:3000", model="lstm"),
        alert("SentimentLatencyBudgetBurn", topic="latency", window="1h", job="staging"),
    ]
    assert inhibited(running, *alerts) == set()


def test_a_dead_service_inhibits_the_alerts_of_latency_and_missing_predictions(
    running: Alertmanager,
) -> None:
    alerts = [
        alert("SentimentServiceDown", severity="critical", instance="a:3000"),
        alert("SentimentLatencyBudgetBurn", topic="latency", window="6h"),
        alert("SentimentNoPredictions"),
        alert("SentimentDrift", model="lstm", feature="length"),
    ]
    assert inhibited(running, *alerts) == {
        "SentimentLatencyBudgetBurn warning",
        "SentimentNoPredictions warning",
    }


def test_the_more_specific_of_two_alerts_inhibits_the_other(running: Alertmanager) -> None:
    alerts = [
        alert("SentimentErrorBudgetBurn", severity="critical", topic="errors", window="1h"),
        alert("SentimentErrorBudgetBurn", topic="errors", window="6h"),
        alert("SentimentLatencyBudgetBurn", topic="latency", window="6h"),
        wrong_predictions("lstm"),
        alert("SentimentWrongPredictionsInAll", topic="feedback", window="5m"),
    ]
    assert inhibited(running, *alerts) == {
        "SentimentErrorBudgetBurn warning",
        "SentimentWrongPredictionsInAll warning",
    }


def test_the_webhook_receives_the_firing_and_the_resolved_alert(tmp_path: Path) -> None:
    received: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as hook:
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{hook.server_port}/alert"
        configuration = alertmanager(tmp_path / "configuration", alert_webhook=address)
        with Alertmanager(configuration, tmp_path / "alertmanager") as running:
            burst = wrong_predictions("baseline") | {"startsAt": datetime.now(UTC).isoformat()}
            send(running, burst)
            wait_for(received, 1)
            send(running, burst | {"endsAt": datetime.now(UTC).isoformat()})
            wait_for(received, 2)
        hook.shutdown()
    assert [message["status"] for message in received] == ["firing", "resolved"]
    for message in received:
        assert message["commonLabels"]["model"] == "baseline"
        assert message["commonAnnotations"]["count"] == "3"


def wait_for(received: list[dict[str, Any]], amount: int) -> None:
    deadline = time.monotonic() + 30
    while len(received) < amount:
        assert time.monotonic() < deadline, received
        time.sleep(0.1)
