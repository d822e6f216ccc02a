"""Feedback that was answered with 200 is on disk, even if all processes are killed next."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.servers import Server, StartServer

# The clients of a test have one address, and judge the same texts after each kill.
SETTINGS = {
    "models": "baseline",
    "api_workers": "2",
    "feedback_per_client": "10000",
    "feedback_per_text": "10000",
}


def recorded(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    ids = {feedback_id for (feedback_id,) in connection.execute("SELECT id FROM feedback")}
    connection.close()
    return ids


def predict(server: Server, count: int) -> list[str]:
    """Prediction ids. They stay valid after a restart, since the secret is on disk."""
    ids: list[str] = []
    with server.client() as client:
        for start in range(0, count, 256):
            texts = [f"text {number}" for number in range(start, min(count, start + 256))]
            answer = client.post("/predict_batch", json={"texts": texts}).json()
            ids += [prediction["prediction_id"] for prediction in answer["predictions"]]
    return ids


def give_feedback_until_killed(server: Server, ids: list[str], kill_after: int) -> set[str]:
    """Ids of the feedback that was answered with 200 before every process was killed."""
    answered: set[str] = set()
    killed = threading.Event()

    def give(prediction_id: str) -> None:
        if killed.is_set():
            return
        try:
            body = {"prediction_id": prediction_id, "correct": False}
            # A new connection for each request, so that every worker receives some.
            response = httpx.post(f"{server.url}/feedback", json=body, timeout=30)
        except httpx.TransportError:
            return
        if response.status_code == 200:
            answered.add(response.json()["feedback_id"])
            if len(answered) >= kill_after and not killed.is_set():
                killed.set()
                server.kill()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, ids))
    return answered


def survive_kills(start: Callable[[], Server], kills: int, answers_a_kill: int) -> int:
    """Kill a server several times. Returns the number of verdicts that it acknowledged."""
    server = start()
    database = Path(server.environment["SENTIMENT_DATA_DIR"]) / "feedback.db"
    promised: set[str] = set()
    for kill in range(kills):
        if kill:
            server.start()
        ids = predict(server, answers_a_kill + 40)
        answered = give_feedback_until_killed(server, ids, answers_a_kill)
        assert len(answered) >= answers_a_kill
        promised |= answered
        assert promised <= recorded(database)
    assert len(promised) >= kills * answers_a_kill
    return len(promised)


def test_answered_feedback_survives_kills(
    start_server: StartServer, record_property: Callable[[str, object], None]
) -> None:
    acknowledged = survive_kills(lambda: start_server(**SETTINGS), 2, 50)
    record_property("acknowledged verdicts, all on disk", acknowledged)


@pytest.mark.slow
def test_a_thousand_answers_survive_twenty_kills(
    start_server: StartServer, record_property: Callable[[str, object], None]
) -> None:
    acknowledged = survive_kills(lambda: start_server(**SETTINGS), 20, 50)
    record_property("acknowledged verdicts, all on disk", acknowledged)
