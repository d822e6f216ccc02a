"""Processes of the server are killed, suspended or out of file descriptors under load."""

import time

import httpx
import psutil
import pytest

from tests.support.api_errors import is_error
from tests.support.load import Load, load
from tests.support.raw_http import open_connections
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge, predict, recorded
from tests.support.waiting import wait_until

CLIENTS = 4
# A new runner needs more seconds to start.
AT_ONCE_S = 3.0


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(
        models="baseline", runners="service", api_workers="2", cache_texts="0"
    )


def answers(server: Server) -> bool:
    try:
        body = {"text": "good"}
        return httpx.post(f"{server.url}/predict", json=body, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_for_more_answers(made: Load) -> None:
    before = made.new["200"]
    wait_until(lambda: made.new["200"] >= before + 20)


def live_scorers(server: Server) -> float:
    return server.total("sentiment_model_info", model="baseline")


def test_a_killed_runner_is_a_503_at_once_until_it_is_back(server: Server) -> None:
    (runner,) = server.runner_workers("baseline")
    assert live_scorers(server) == 1
    with load(server.port, CLIENTS) as made:
        wait_for_more_answers(made)
        runner.kill()
        time.sleep(0.5)
        refused = httpx.post(f"{server.url}/predict", json={"text": "good"}, timeout=AT_ONCE_S)
        assert is_error(refused, 503)
        assert int(refused.headers["Retry-After"]) >= 1
        for probe in ("/readyz", "/v2/health/ready", "/v2/models/baseline/ready"):
            assert httpx.get(server.url + probe, timeout=AT_ONCE_S).status_code == 503
        # The parent process notices the death within 10 s, and starts the next runner.
        runner.wait()
        assert live_scorers(server) == 0
        wait_until(lambda: answers(server))
        wait_for_more_answers(made)
    assert live_scorers(server) == 1
    assert set(made.kept) | set(made.new) == {"200", "503"}


def test_a_killed_api_worker_loses_its_own_connections_only(server: Server) -> None:
    worker, other = server.api_workers()
    with load(server.port, CLIENTS) as made:
        wait_for_more_answers(made)
        worker.kill()
        wait_for_more_answers(made)
        wait_until(lambda: len(server.api_workers()) == 2)
    assert other in server.api_workers()
    # A client has one request in flight: no other request can be lost.
    assert made.kept["lost"] + made.new["lost"] <= 2 * CLIENTS
    assert set(made.kept) | set(made.new) <= {"200", "503", "lost"}


def test_no_recorded_verdict_is_lost_with_a_killed_worker(server: Server) -> None:
    acknowledged = set()
    for number, prediction_id in enumerate(predict(server, 60)):
        if number == 20:
            server.api_workers()[0].kill()
        try:
            response = judge(server, prediction_id, correct=True)
        except httpx.TransportError:
            continue
        assert response.status_code == 200
        acknowledged.add(response.json()["feedback_id"])
    assert len(acknowledged) > 40
    assert acknowledged <= recorded(database_of(server))


@pytest.mark.parametrize("suspended", ["API worker", "runner"])
def test_a_suspended_process_delays_requests_and_loses_none(server: Server, suspended: str) -> None:
    wait_until(lambda: len(server.api_workers()) == 2 and answers(server))
    processes = server.api_workers() if suspended == "API worker" else []
    process = (processes or server.runner_workers("baseline"))[0]
    with load(server.port, CLIENTS) as made:
        wait_for_more_answers(made)
        process.suspend()
        time.sleep(1.0)
        process.resume()
        wait_for_more_answers(made)
    assert set(made.kept) | set(made.new) <= {"200", "503"}


def test_exhausted_file_descriptors_are_logged_and_the_service_recovers(server: Server) -> None:
    workers = server.api_workers()
    limits = {worker: worker.rlimit(psutil.RLIMIT_NOFILE) for worker in workers}
    for worker in workers:
        worker.rlimit(psutil.RLIMIT_NOFILE, (worker.num_fds() + 4, limits[worker][1]))
    with open_connections(server.port, 40):
        wait_until(lambda: server.read_log().count("no free file descriptor") >= 1)
    for worker in workers:
        worker.rlimit(psutil.RLIMIT_NOFILE, limits[worker])
    wait_until(lambda: answers(server))


def test_workers_end_with_their_killed_parent_and_the_next_start_serves(server: Server) -> None:
    workers = server.processes()[1:]
    assert len(workers) == 3
    server.process.kill()
    server.process.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
    server.start()
    assert answers(server)
