import json
import socket
import sqlite3
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.raw_http import RawConnection, post_json
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of
from tests.support.waiting import wait_until

TEXT = "the queue at the gate did not move and nobody told us why"


@pytest.fixture(scope="module", params=["inline", pytest.param("service", marks=pytest.mark.slow)])
def server(request: pytest.FixtureRequest, start_module_server: StartServer) -> Server:
    return start_module_server(models="distilbert", runners=request.param, cache_texts="0")


def close(connection: RawConnection) -> None:
    connection.close()


def reset(connection: RawConnection) -> None:
    """Close as a process that is killed with unread input does."""
    no_linger = struct.pack("ii", 1, 0)
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    connection.close()


def count(server: Server, route: str, code: str) -> float:
    return server.total("sentiment_http_requests_total", route=route, code=code)


@pytest.mark.parametrize("leave", [close, reset])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/predict_batch", {"texts": [TEXT] * 32}),
        ("/predict", {"text": TEXT, "explain": True}),
    ],
)
def test_texts_of_clients_that_left_are_not_predicted(
    server: Server, leave: Callable[[RawConnection], None], path: str, body: dict[str, object]
) -> None:
    predicted = server.total("sentiment_predictions_total")
    left, answered = count(server, path, "499"), count(server, path, "200")
    with RawConnection(server.port) as patient:
        # The texts of this client keep the scorer busy while the others leave.
        patient.send(post_json("/predict_batch", {"texts": [TEXT] * 160}))
        time.sleep(0.1)
        for _ in range(6):
            leave(RawConnection(server.port).send(post_json(path, body)))
        answer = patient.read_answer()
    assert answer is not None
    assert len(answer.json()["predictions"]) == 160
    wait_until(lambda: count(server, path, "499") == left + 6)
    assert server.total("sentiment_queue_texts") == 0
    assert server.total("sentiment_predictions_total") == predicted + 160
    assert count(server, path, "200") == answered + (path == "/predict_batch")
    assert server.total("sentiment_http_requests_total", code="500") == 0


@pytest.mark.parametrize("requests", [1, 3])
def test_a_client_that_closed_its_sending_side_is_answered(server: Server, requests: int) -> None:
    batch = post_json("/predict_batch", {"texts": [TEXT] * 32})
    with RawConnection(server.port) as connection:
        connection.send(batch * requests).end()
        for _ in range(requests):
            answer = connection.read_answer()
            assert answer is not None
            assert len(answer.json()["predictions"]) == 32
        assert connection.read_answer() is None


def test_a_half_closed_client_that_leaves_is_noticed(server: Server) -> None:
    left = count(server, "/predict_batch", "499")
    connection = RawConnection(server.port)
    connection.send(post_json("/predict_batch", {"texts": [TEXT] * 256})).end()
    connection.close()
    wait_until(lambda: count(server, "/predict_batch", "499") == left + 1)
    assert server.total("sentiment_queue_texts") == 0


def test_a_verdict_in_progress_is_stored_and_not_counted_as_answered(server: Server) -> None:
    with server.client() as client:
        prediction = client.post("/predict", json={"text": "good"}).json()
    verdict = {"prediction_id": prediction["prediction_id"], "correct": True}
    stored, answered = count(server, "/feedback", "499"), count(server, "/feedback", "200")
    writer = sqlite3.connect(database_of(server), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    RawConnection(server.port).send(post_json("/feedback", verdict)).close()
    # The verdict waits for the lock while its client leaves.
    time.sleep(0.5)
    writer.execute("ROLLBACK")
    writer.close()
    wait_until(lambda: count(server, "/feedback", "499") == stored + 1)
    assert count(server, "/feedback", "200") == answered
    with server.client() as client:
        assert client.post("/feedback", json=verdict).status_code == 409


def test_one_bad_text_among_64_requests_changes_no_other_answer(server: Server) -> None:
    texts = [f"flight {number} was {'great' if number % 2 else 'awful'}" for number in range(64)]
    with server.client() as client, ThreadPoolExecutor(64) as threads:
        alone = [client.post("/predict", json={"text": text}).json() for text in texts]
        bodies = [json.dumps({"text": text}) for text in texts]
        bodies[31] = '{"text": "\\ud83d"}'
        headers = {"Content-Type": "application/json"}
        together = list(
            threads.map(lambda body: client.post("/predict", content=body, headers=headers), bodies)
        )
    assert together.pop(31).status_code == 400
    alone.pop(31)
    for answer, expected in zip(together, alone, strict=True):
        prediction = answer.json()
        assert prediction["label"] == expected["label"]
        assert prediction["doubt"] == expected["doubt"]
        # The scales of 8-bit activations span the batch.
        assert prediction["probability"] == pytest.approx(expected["probability"], abs=5e-3)


def test_clients_that_leave_log_no_error(server: Server) -> None:
    assert "Traceback" not in server.read_log()
    assert "ERROR" not in server.read_log()
