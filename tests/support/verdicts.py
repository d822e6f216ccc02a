"""Predictions and verdicts of a client, for tests of the feedback."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx

from tests.support.servers import Server


def database_of(server: Server) -> Path:
    """The SQLite file of a server."""
    return Path(server.environment["SENTIMENT_DATA_DIR"]) / "feedback.db"


def recorded(database: Path) -> set[str]:
    """The ids of the verdicts in a SQLite file."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    ids = {feedback_id for (feedback_id,) in connection.execute("SELECT id FROM feedback")}
    connection.close()
    return ids


def texts_of_verdicts(database: Path) -> list[str | None]:
    """The stored texts of all verdicts in a SQLite file, the oldest first."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    rows = connection.execute("SELECT text FROM feedback ORDER BY recorded_at").fetchall()
    connection.close()
    return [text for (text,) in rows]


def wait_for_texts(database: Path, number: int) -> list[str | None]:
    """The texts of all verdicts, as soon as ``number`` of them are stored.

    The first text of a worker is stored after its verdict, when the model of names is loaded.
    Beside torch, which the image lacks, this takes a minute on busy cores.
    """
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        texts = texts_of_verdicts(database)
        if len(texts) - texts.count(None) >= number:
            return texts
        time.sleep(0.1)
    raise RuntimeError(f"fewer than {number} texts were stored in time")


def predict(server: Server, count: int, text: str | None = None) -> list[str]:
    """Ids of predictions of one text, or by default of as many different texts."""
    texts = [text or f"the crew was fine {uuid4()}" for _ in range(count)]
    response = httpx.post(f"{server.url}/predict_batch", json={"texts": texts}, timeout=60)
    return [prediction["prediction_id"] for prediction in response.json()["predictions"]]


def judge(server: Server, prediction_id: str, *, correct: bool = False) -> httpx.Response:
    """Send a verdict on a connection of its own, so that every worker gets some."""
    body = {"prediction_id": prediction_id, "correct": correct}
    return httpx.post(f"{server.url}/feedback", json=body, timeout=60)


def judge_at_once(server: Server, prediction_ids: list[str]) -> list[httpx.Response]:
    """Send verdicts on all predictions at the same time."""
    with ThreadPoolExecutor(len(prediction_ids)) as pool:
        return list(pool.map(lambda each: judge(server, each), prediction_ids))
