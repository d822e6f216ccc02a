"""Drift on a real server: other texts raise the scores, tweets like the trained ones do not."""

import httpx
import pytest

from models.drift.reference import FEATURES
from serving.prediction.drift import LEAST, STRIDE
from tests.support.champions import Workplace
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, wait_for_texts
from training.data.selection import EMBEDDED, load_splits


def held_out() -> list[str]:
    """Embedded tweets that were used neither for training nor for calibration."""
    return load_splits(EMBEDDED, None, None, 7).test.texts


def shifted() -> list[str]:
    return [f"#FAIL #{text.upper()} {text} \U0001f621\U0001f621"[:1000] for text in held_out()]


def scores(server: Server) -> dict[str, float]:
    return {
        feature: server.total("sentiment_drift_score", model="baseline", feature=feature)
        for feature in FEATURES
    }


def ask_one_by_one(server: Server, texts: list[str]) -> None:
    with server.client() as client:
        for text in texts:
            client.post("/predict", json={"text": text}).raise_for_status()


def ask_in_batches(server: Server, texts: list[str], size: int) -> None:
    with server.client() as client:
        for start in range(0, len(texts), size):
            body = {"texts": texts[start : start + size]}
            client.post("/predict_batch", json=body).raise_for_status()


def test_drift_stays_low_for_texts_like_those_of_training(
    start_server: StartServer,
) -> None:
    server = start_server(models="baseline", runners="inline")
    assert len(server.samples("sentiment_drift_score")) == len(FEATURES)
    assert set(scores(server).values()) == {0.0}
    ask_one_by_one(server, held_out()[:500])
    measured = scores(server)
    assert measured["length"] > 0
    assert {name: value for name, value in measured.items() if value >= 0.2} == {}


@pytest.mark.parametrize("size", [1, 256])
def test_other_texts_raise_the_score(start_server: StartServer, size: int) -> None:
    server = start_server(models="baseline", runners="inline")
    texts = shifted()
    if size == 1:
        ask_one_by_one(server, texts[:300])
    else:
        repeated = texts * 5
        ask_in_batches(server, repeated[: (LEAST + 32) * STRIDE], size)
    measured = scores(server)
    for feature in ("length", "emojis", "hashtags"):
        assert measured[feature] > 0.2
    p_values = server.samples("sentiment_drift_p_value", model="baseline", feature="length")
    assert max(p_values.values()) < 1e-6


def test_the_report_is_written_from_the_feedback_of_a_server(
    baseline_server: Server, trained: Workplace
) -> None:
    with baseline_server.client() as client:
        for text in shifted()[:3]:
            prediction = client.post("/predict", json={"text": text}).json()
            body = {
                "prediction_id": prediction["prediction_id"],
                "correct": False,
                "text": text,
                "consent": True,
            }
            response: httpx.Response = client.post("/feedback", json=body)
            response.raise_for_status()
    wait_for_texts(database_of(baseline_server), 3)
    database = f"sqlite:///{database_of(baseline_server)}"
    page = trained.folder / "drift.html"
    trained.training("drift", "report", "--database", database, "--output", str(page))
    content = page.read_text(encoding="utf-8")
    assert "3 kept texts" in content
    assert "3 of them scored by this version" in content
    page.unlink()
