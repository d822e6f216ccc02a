"""The stack of one server: nginx, the alert's mail, backup and restoration."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from mlflow import MlflowClient

from tests.support.deploy.compose import DEPLOY, HOST, prepare, settings_of
from tests.support.deploy.nginx import Nginx
from tests.support.deploy.stack import Stores, mlflow_server, proxy, start_service, stores
from tests.support.monitoring import configurations
from tests.support.monitoring.mailbox import Mailbox, content
from tests.support.monitoring.processes import Alertmanager, Prometheus
from tests.support.servers import Server, StartServer, free_port

TEXT = "What a lovely flight!"


@dataclass(frozen=True)
class Stack:
    stores: Stores
    service: Server
    nginx: Nginx

    @property
    def admin_key(self) -> str:
        return settings_of(self.stores.folder)["SENTIMENT_ADMIN_KEY"]

    @property
    def tracking_uri(self) -> str:
        return f"http://127.0.0.1:{self.nginx.ports['5000']}"


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A folder that PostgreSQL's user can reach. pytest's own folders are private."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def stack(
    prepared: Path,
    data: Path,
    start_module_server: StartServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with stores(prepared, data / "first") as first:
        service = start_service(first, start_module_server)
        with (
            mlflow_server(first, folder / "mlflow.log") as mlflow_port,
            proxy(first, folder / "nginx", service, mlflow_port) as nginx,
        ):
            yield Stack(first, service, nginx)


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.nginx.client() as client:
        yield client


def judge_wrong(client: httpx.Client, text: str) -> httpx.Response:
    prediction_id = client.post("/predict", json={"text": text}).json()["prediction_id"]
    return client.post("/feedback", json={"prediction_id": prediction_id, "correct": False})


def test_a_prediction_over_tls(client: httpx.Client) -> None:
    response = client.post("/predict", json={"text": TEXT})
    assert response.status_code == 200
    assert response.json()["label"] == "positive"
    assert response.headers["strict-transport-security"] == "max-age=31536000"
    assert response.headers["server"] == "nginx"


def test_the_page_keeps_its_policy_and_no_header_is_doubled(client: httpx.Client) -> None:
    headers = client.get("/ui").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert headers.get_list("referrer-policy") == ["no-referrer"]


@pytest.mark.parametrize(
    "path",
    ["/metrics", "/admin/feedback", "/admin/feedback/1", "/crowd", "/ui/crowd", "/ui/crowd/en.js"],
)
def test_only_operators_reach_metrics_and_reports(stack: Stack, path: str) -> None:
    with stack.nginx.client("127.0.0.2") as stranger:
        response = stranger.get(path, headers={"Authorization": f"Bearer {stack.admin_key}"})
    assert response.status_code == 403
    assert response.json() == {"error": "only from the operators' network"}
    assert response.headers["strict-transport-security"]


def test_operators_reach_metrics_and_reports_with_the_key(
    stack: Stack, client: httpx.Client
) -> None:
    assert "sentiment_feedback_total" in client.get("/metrics").text
    assert client.get("/admin/feedback").status_code == 401
    assert client.get("/admin/feedback", auth=("any", stack.admin_key)).status_code == 200


def test_errors_of_the_service_pass_unchanged(client: httpx.Client) -> None:
    response = client.post("/predict", json={"text": ""})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid request"


def test_too_many_verdicts_are_a_429_in_the_format_of_the_api(stack: Stack) -> None:
    body = {"prediction_id": "none of ours", "correct": False}
    with stack.nginx.client("127.0.0.3") as eager:
        answers = [eager.post("/feedback", json=body) for _ in range(30)]
        assert eager.post("/predict", json={"text": TEXT}).status_code == 200
    assert {answer.status_code for answer in answers} == {404, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json() == {"error": "too many requests"}
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"] == "application/json"


def test_three_wrong_verdicts_through_nginx_send_a_mail(stack: Stack, tmp_path: Path) -> None:
    told = free_port()
    with Mailbox() as mailbox:
        mail = configurations.mail_settings(mailbox.port, f"https://{HOST}")
        looks = configurations.prometheus(
            tmp_path / "prometheus-configuration",
            {
                "sentiment-a:3000": f"127.0.0.1:{stack.service.port}",
                "sentiment-b:3000": f"127.0.0.1:{stack.service.port}",
                "alertmanager:9093": f"127.0.0.1:{told}",
            },
            DEPLOY / "prometheus" / "targets",
        )
        receives = configurations.alertmanager(tmp_path / "alertmanager-configuration", **mail)
        with (
            Alertmanager(receives, tmp_path / "alertmanager", told),
            Prometheus(looks, tmp_path / "prometheus") as prometheus,
            stack.nginx.client("127.0.0.4") as client,
        ):
            prometheus.wait_until("sentiment_feedback_total")
            for number in range(3):
                assert judge_wrong(client, f"{TEXT} {number}").status_code == 200
            text = content(mailbox.wait_for(1, patience_s=60), "plain")
    assert re.search(r"^Count: +3$", text, re.MULTILINE)
    assert re.search(rf"^https://{HOST}/admin/feedback\S+$", text, re.MULTILINE)


def test_a_backup_is_restored_into_an_empty_stack(
    stack: Stack,
    data: Path,
    start_server: StartServer,
    tmp_path: Path,
) -> None:
    with stack.nginx.client("127.0.0.5") as client:
        kept = judge_wrong(client, TEXT).json()["feedback_id"]
        later = client.post("/predict", json={"text": TEXT}).json()["prediction_id"]
    run_id = track(stack.tracking_uri)
    saved = stack.stores.backup("save", tmp_path / "backups")
    assert saved.returncode == 0, saved.stderr
    backup = Path(saved.stdout.strip())
    assert backup.stat().st_mode & 0o077 == 0

    # The order of docs/deploy.md: settings, empty stores, data.
    new = tmp_path / "new-server" / "deploy"
    prepare(new)
    (new / ".env").write_text((backup / "environment").read_text())
    with stores(new, data / "second") as second:
        restored = second.backup("restore", backup)
        assert restored.returncode == 0, restored.stderr
        again = second.backup("restore", backup)
        assert again.returncode == 1
        assert again.stderr == "backup.py: the object store is not empty\n"
        service = start_service(second, start_server)
        with (
            mlflow_server(second, tmp_path / "mlflow.log") as mlflow_port,
            proxy(second, tmp_path / "nginx", service, mlflow_port) as nginx,
            nginx.client() as client,
        ):
            other = Stack(second, service, nginx)
            report = client.get("/admin/feedback", auth=("any", other.admin_key)).json()
            assert kept in {entry["id"] for entry in report["reports"]}
            # The new stack has the secret of the old one, and accepts its prediction ids.
            body = {"prediction_id": later, "correct": True}
            assert client.post("/feedback", json=body).status_code == 200
            assert client.post("/feedback", json=body).status_code == 409
            assert artifact(other.tracking_uri, run_id, tmp_path) == "kept"


def test_a_damaged_backup_is_refused(stack: Stack, tmp_path: Path) -> None:
    backup = Path(stack.stores.backup("save", tmp_path).stdout.strip())
    with (backup / "feedback.dump").open("ab") as file:
        file.write(b"x")
    outcome = stack.stores.backup("restore", backup)
    assert outcome.returncode == 1
    assert outcome.stderr == f"backup.py: {backup / 'feedback.dump'} is damaged\n"


def track(tracking_uri: str) -> str:
    """Log a run with an artifact through nginx and MLflow's server. Returns its id."""
    client = MlflowClient(tracking_uri)
    run = client.create_run(client.create_experiment("backed up"))
    client.log_text(run.info.run_id, "kept", "note.txt")
    run_id: str = run.info.run_id
    return run_id


def artifact(tracking_uri: str, run_id: str, folder: Path) -> str:
    client = MlflowClient(tracking_uri)
    return Path(client.download_artifacts(run_id, "note.txt", str(folder))).read_text()
