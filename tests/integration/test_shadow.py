"""A challenger in the shadow of a real server: a copy of the champion with another threshold."""

import os
import sqlite3
import sys
from contextlib import closing
from typing import Any

import pytest

from serving.challenger.shadow_traffic import MOST_TEXTS
from tests.support.challengers import VERSION, store_with_challenger
from tests.support.champions import Workplace
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge
from tests.support.waiting import wait_until

TEXT = "what a lovely crew on flight"


@pytest.fixture(scope="module")
def shadowed(
    trained: Workplace,
    start_module_server: StartServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    store = store_with_challenger(trained, tmp_path_factory.mktemp("shadow"))
    server = start_module_server(
        store=store, models="baseline", runners="inline", shadow="baseline:challenger"
    )
    # The process of the challenger may start after the worker.
    wait_until(lambda: bool(server.samples("sentiment_model_info", version=VERSION)))
    return server


def compared(server: Server, agreement: str) -> float:
    return server.total(
        "sentiment_shadow_predictions_total",
        model="baseline",
        version=VERSION,
        agreement=agreement,
    )


def judged(server: Server, role: str, verdict: str) -> float:
    return server.total("sentiment_shadow_verdicts_total", role=role, verdict=verdict)


def predict(server: Server, *texts: str) -> list[dict[str, Any]]:
    with server.client() as client:
        return [client.post("/predict", json={"text": text}).json() for text in texts]


def test_the_champion_answers_and_the_challenger_is_compared(shadowed: Server) -> None:
    different, same = compared(shadowed, "different"), compared(shadowed, "same")
    answers = predict(shadowed, f"{TEXT} 1", "worst airline ever, never again")
    assert [answer["label"] for answer in answers] == ["positive", "negative"]
    assert VERSION not in {answer["model"]["version"] for answer in answers}
    wait_until(lambda: compared(shadowed, "same") == same + 1)
    # The challenger calls no text positive, with the same probability.
    assert compared(shadowed, "different") == different + 1
    assert shadowed.total("sentiment_shadow_probability_difference_sum") < 1e-3
    assert shadowed.total("sentiment_shadow_seconds_count") >= 2


def test_a_verdict_is_credited_to_both_models_by_a_record_without_text(shadowed: Server) -> None:
    (answer,) = predict(shadowed, f"{TEXT} planted")
    assert judge(shadowed, answer["prediction_id"], correct=False).status_code == 200
    wait_until(lambda: judged(shadowed, "champion", "wrong") == 1)
    wait_until(lambda: judged(shadowed, "challenger", "correct") == 1)
    assert judged(shadowed, "champion", "correct") == 0
    assert judged(shadowed, "challenger", "wrong") == 0
    database = database_of(shadowed)
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        records = connection.execute(
            "SELECT model, version, label, probability FROM shadow_predictions"
        ).fetchall()
    assert ("baseline", VERSION, "negative", answer["probability"]) in records
    assert b"planted" not in database.read_bytes()
    assert "planted" not in shadowed.read_log()


def test_predictions_beyond_the_queue_are_dropped(shadowed: Server) -> None:
    with shadowed.client() as client:
        texts = [f"{TEXT} number {number}" for number in range(MOST_TEXTS + 40)]
        assert client.post("/predict_batch", json={"texts": texts}).status_code == 200
    assert shadowed.total("sentiment_shadow_dropped_total", model="baseline") >= 40


@pytest.mark.skipif(sys.platform != "linux", reason="SCHED_IDLE is a policy of Linux")
def test_the_challenger_runs_on_idle_processors_alone(shadowed: Server) -> None:
    (process,) = (
        process
        for process in shadowed.processes()[1:]
        if "sentiment-baseline-shadow" in process.cmdline()
    )
    assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
