"""Test from a refused model to the mail of its alert."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from load_tests.servers.model_versions import add_version, copy_champion
from models.artifacts.manifest import SIGNATURE
from tests.support.champions import Workplace, champion_folder
from tests.support.monitoring import configurations
from tests.support.monitoring.mailbox import Mailbox, content
from tests.support.monitoring.processes import Alertmanager, Prometheus
from tests.support.servers import Server, StartServer, free_port

pytestmark = pytest.mark.slow

ADMIN_KEY = "the admin key of this test"


@pytest.fixture
def store(trained: Workplace, tmp_path: Path) -> Path:
    copy_champion(trained.champion("baseline"), tmp_path / "store", "baseline")
    return tmp_path / "store"


@pytest.fixture
def service(start_server: StartServer, store: Path) -> Server:
    return start_server(models="baseline", runners="inline", admin_key=ADMIN_KEY, store=store)


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
    prometheus_configuration = configurations.prometheus(
        tmp_path / "prometheus-configuration",
        {
            "localhost:3000": f"127.0.0.1:{service.port}",
            "localhost:9093": f"127.0.0.1:{alertmanager_port}",
        },
    )
    with (
        Alertmanager(alertmanager_configuration, tmp_path / "alertmanager", alertmanager_port),
        Prometheus(prometheus_configuration, tmp_path / "prometheus") as prometheus,
    ):
        yield prometheus


def test_a_refused_model_sends_a_mail(
    service: Server, prometheus: Prometheus, mailbox: Mailbox, store: Path, trained: Workplace
) -> None:
    prometheus.wait_until('sentiment_model_changes_total{result="refused"} == 0')
    add_version(store, "baseline", trained.folder / "data" / "model_signing_key.pem")
    (champion_folder(store, "baseline") / SIGNATURE).unlink()
    bearer = {"Authorization": f"Bearer {ADMIN_KEY}"}
    asked = httpx.post(
        f"{service.url}/admin/models", json={"model": "baseline"}, headers=bearer, timeout=60
    )
    assert asked.status_code == 202
    mail = mailbox.wait_for(1, patience_s=120)
    instance = f"127.0.0.1:{service.port}"
    assert mail["Subject"] == (f"[tweet-sentiment] {instance} refused another version of baseline")
    text = content(mail, "plain")
    assert "The previous version serves on." in text
    assert "runbook.md#sentimentmodelchangerefused" in text
