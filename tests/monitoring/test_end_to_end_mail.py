"""Test from the third text called wrong to the mail with a link to exactly three verdicts."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.monitoring import configurations
from tests.support.monitoring.mailbox import Mailbox, content
from tests.support.monitoring.processes import Alertmanager, Prometheus
from tests.support.servers import Server, StartServer, free_port

ADMIN_KEY = "the admin key of this test"
# Shortened ranges of the rule (5m30s) and of the mail's link (6 minutes).
LOOK_BACK_S, LINK_BACK_S = 20, 24
COUNTED = "sum(sentiment:wrong_texts:increase5m)"


@pytest.fixture
def service(start_server: StartServer) -> Server:
    return start_server(models="baseline", runners="inline", admin_key=ADMIN_KEY)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def prometheus(service: Server, mailbox: Mailbox, tmp_path: Path) -> Iterator[Prometheus]:
    """A Prometheus that scrapes the service, with an Alertmanager that sends mails."""
    alertmanager_port = free_port()
    alertmanager_configuration = configurations.alertmanager(
        tmp_path / "alertmanager-configuration",
        **configurations.mail_settings(mailbox.port, service.url),
    )
    configurations.replaced(
        alertmanager_configuration.parent / "templates" / "common.tmpl",
        {"-360000000000": f"-{LINK_BACK_S}000000000"},
    )
    prometheus_configuration = configurations.prometheus(
        tmp_path / "prometheus-configuration",
        {
            "localhost:3000": f"127.0.0.1:{service.port}",
            "localhost:9093": f"127.0.0.1:{alertmanager_port}",
        },
    )
    configurations.replaced(
        prometheus_configuration.parent / "rules" / "feedback.yaml", {"5m30s": f"{LOOK_BACK_S}s"}
    )
    with (
        Alertmanager(alertmanager_configuration, tmp_path / "alertmanager", alertmanager_port),
        Prometheus(prometheus_configuration, tmp_path / "prometheus") as prometheus,
    ):
        yield prometheus


def judge_wrong(client: httpx.Client, text: str) -> str:
    """Ask for a prediction, call it wrong, and return the id of the feedback."""
    prediction_id = client.post("/predict", json={"text": text}).json()["prediction_id"]
    response = client.post("/feedback", json={"prediction_id": prediction_id, "correct": False})
    feedback_id: str = response.raise_for_status().json()["feedback_id"]
    return feedback_id


def test_three_wrong_verdicts_send_one_mail_with_a_link_to_them(
    service: Server, prometheus: Prometheus, mailbox: Mailbox
) -> None:
    with service.client() as client:
        version = client.get("/models").json()[0]["version"]
        prometheus.wait_until("sentiment_feedback_total")
        # A flood of verdicts on one text counts as one. The flood is outside both ranges when the
        # others come.
        for _ in range(5):
            judge_wrong(client, "an old one")
        prometheus.wait_until('sum(sentiment_feedback_total{verdict="wrong"}) == 5')
        prometheus.wait_until(f"{COUNTED} == 1")
        assert prometheus.alerts("SentimentWrongPredictions") == []
        prometheus.wait_until(f"{COUNTED} == 0")
        wrong = {judge_wrong(client, f"number {number}") for number in range(2)}
        prometheus.wait_until(f"{COUNTED} == 2")
        # Several evaluations pass, and the first verdict leaves the link's range too.
        time.sleep(LINK_BACK_S - LOOK_BACK_S + 2)
        assert prometheus.alerts("SentimentWrongPredictions") == []
        assert mailbox.mails == []

        wrong.add(judge_wrong(client, "number 2"))
        mail = mailbox.wait_for(1, patience_s=60)
        assert mail["Subject"] == (
            "[tweet-sentiment] 3 wrong predictions of baseline within 5 minutes"
        )
        text = content(mail, "plain")
        assert re.search(r"^Count: +3$", text, re.MULTILINE)
        assert re.search(r"^Model: +baseline$", text, re.MULTILINE)
        assert re.search(rf"^Version: +{version}$", text, re.MULTILINE)

        (link,) = re.findall(r"^http\S+/admin/feedback\S+$", text, re.MULTILINE)
        assert httpx.get(link, timeout=60).status_code == 401
        page = httpx.get(link, auth=("anyone", ADMIN_KEY), timeout=60)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        bearer = {"Authorization": f"Bearer {ADMIN_KEY}"}
        as_json = httpx.URL(link).copy_set_param("format", "json")
        report = httpx.get(as_json, headers=bearer, timeout=60).json()
        assert report["reports_amount"] == 3
        assert {entry["id"] for entry in report["reports"]} == wrong
        assert all(feedback_id in page.text for feedback_id in wrong)

    # No mail follows while the alert fires, and one when it clears.
    while prometheus.alerts("SentimentWrongPredictions"):
        assert len(mailbox.mails) == 1
        time.sleep(0.2)
    resolved = mailbox.wait_for(2, patience_s=60)
    assert resolved["Subject"] == (
        "[tweet-sentiment] resolved: 3 wrong predictions of baseline within 5 minutes"
    )
    assert "This alert is resolved." in content(resolved, "plain")
    time.sleep(6)
    assert len(mailbox.mails) == 2
