"""A second start on the home of a running server, and files that a running server loses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer, free_port


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline")


@pytest.fixture
def second(server: Server) -> Iterator[Server]:
    """A start with everything of the first server except its port and its log."""
    log = server.log.with_name("second.log")
    second = Server(server.bento, server.working_folder, server.environment, log, port=free_port())
    second.launch()
    yield second
    second.stop()


def test_a_second_start_on_one_home_is_refused_and_the_first_server_continues(
    server: Server, second: Server
) -> None:
    with server.client() as client:
        assert client.post("/predict", json={"text": "good"}).status_code == 200
        assert second.process.wait(60) == 1
        (line,) = second.read_log().splitlines()
        for part in (server.environment["BENTOML_HOME"], str(server.process.pid), "stop it"):
            assert part in line
        before = server.total("sentiment_predictions_total")
        assert before >= 1
        assert client.post("/predict", json={"text": "good"}).status_code == 200
        assert server.total("sentiment_predictions_total") == before + 1


def test_a_lost_secret_changes_nothing_for_a_replaced_worker(server: Server) -> None:
    with server.client() as client:
        prediction = client.post("/predict", json={"text": "good"}).json()
    (Path(server.environment["SENTIMENT_DATA_DIR"]) / "secret.key").unlink()
    (worker,) = server.api_workers()
    worker.kill()
    worker.wait()
    server.wait_until_ready()
    with server.client() as client:
        body = {"prediction_id": prediction["prediction_id"], "correct": True}
        assert client.post("/feedback", json=body).status_code == 200
    assert not (Path(server.environment["SENTIMENT_DATA_DIR"]) / "secret.key").exists()


def test_lost_metric_files_are_a_503_and_a_log_line(server: Server) -> None:
    shutil.rmtree(server.metrics_folder)
    with server.client() as client:
        lost = client.get("/metrics")
        assert is_error(lost, 503)
        assert client.post("/predict", json={"text": "good"}).status_code == 200
    assert "metric files of this worker" in server.read_log()
