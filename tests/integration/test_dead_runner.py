import time

import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer

PROBES = ("/readyz", "/v2/health/ready", "/v2/models/baseline/ready")


@pytest.fixture
def server(start_server: StartServer) -> Server:
    # Without a cache, which would answer in place of the runner.
    return start_server(models="baseline", runners="service", cache_texts="0")


def test_a_dead_runner_is_a_503_until_it_is_back(server: Server) -> None:
    def live_scorers() -> float:
        return server.total("sentiment_model_info", model="baseline")

    with server.client() as client:
        assert client.post("/predict", json={"text": "good"}).status_code == 200
        assert live_scorers() == 1
        for probe in PROBES:
            assert client.get(probe).status_code == 200
        (runner,) = server.runner_workers("baseline")
        runner.kill()
        runner.wait()
        for probe in PROBES:
            assert client.get(probe).status_code == 503
        assert live_scorers() == 0
        answers = [client.post("/predict", json={"text": "good"})]
        deadline = time.monotonic() + 60
        while answers[-1].status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
            answers.append(client.post("/predict", json={"text": "good"}))
        assert answers[-1].status_code == 200
        assert all(is_error(answer, 503) for answer in answers[:-1])
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers[:-1])
        assert live_scorers() == 1
