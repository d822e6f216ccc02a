"""One client floods the feedback, and an operator erases the flood."""

import time
from collections import Counter

import httpx
import pytest

from tests.reliability.restrictions import ADMIN_KEY
from tests.support.api_errors import is_error
from tests.support.servers import Server
from tests.support.verdicts import (
    database_of,
    judge,
    judge_at_once,
    predict,
    recorded,
    wait_for_texts,
)

BEARER = {"Authorization": f"Bearer {ADMIN_KEY}"}
FLOODED = "the text of the flood was fine"


@pytest.fixture
def server(restricted_server: Server) -> Server:
    return restricted_server


def report(server: Server, **query: str) -> httpx.Response:
    return httpx.get(f"{server.url}/admin/feedback", params=query, headers=BEARER, timeout=60)


def erase(server: Server, **query: str) -> httpx.Response:
    return httpx.delete(f"{server.url}/admin/feedback", params=query, headers=BEARER, timeout=60)


def test_a_flood_of_one_text_is_bounded_counts_once_and_is_erased_in_one_step(
    server: Server,
) -> None:
    answers = judge_at_once(server, predict(server, 40, FLOODED))
    assert Counter(answer.status_code for answer in answers) == {200: 5, 429: 35}
    for refused in answers:
        if refused.status_code == 429:
            assert is_error(refused, 429)
            assert 1 <= int(refused.headers["Retry-After"]) <= 24 * 3600
    assert server.total("sentiment_feedback_total", verdict="wrong") == 5
    assert server.total("sentiment_wrong_texts_total") == 1
    assert server.total("sentiment_feedback_refused_total", bound="text") == 35

    # Three texts in all: two more.
    for prediction_id in predict(server, 2):
        assert judge(server, prediction_id).status_code == 200
    assert server.total("sentiment_wrong_texts_total") == 3

    # A client is bounded too, whatever its texts.
    codes = [judge(server, each).status_code for each in predict(server, 7)]
    assert codes == [200] * 5 + [429] * 2
    assert server.total("sentiment_feedback_refused_total", bound="client") == 2

    found = report(server).json()
    (client,) = found["clients"]
    assert client == {"client": client["client"], "wrong": 12, "texts": 8}
    assert {entry["client"] for entry in found["reports"]} == {client["client"]}
    (flooded,) = [
        text_hash
        for text_hash, number in Counter(entry["text_hash"] for entry in found["reports"]).items()
        if number == 5
    ]
    page = report(server, format="html").text
    assert client["client"] in page
    assert flooded in page
    assert "127.0.0.1" not in page
    assert "<form" not in page

    assert is_error(erase(server), 400)
    assert is_error(httpx.delete(f"{server.url}/admin/feedback?client=x"), 401)
    assert erase(server, client="unknown").json() == {"erased": 0}
    # A misspelt time would erase the last day.
    assert is_error(erase(server, text_hash=flooded, sinse="2026-01-01T00:00:00Z"), 400)
    assert erase(server, text_hash=flooded).json() == {"erased": 5}
    assert erase(server, client=client["client"]).json() == {"erased": 7}
    assert recorded(database_of(server)) == set()
    assert report(server).json()["clients"] == []


def test_a_client_fills_the_store_with_its_bound_of_texts_only(server: Server) -> None:
    texts = [f"a text to be kept {number}" for number in range(5)]
    for number, text in enumerate(texts, start=1):
        body = {
            "prediction_id": predict(server, 1, text)[0],
            "correct": False,
            "text": text,
            "consent": True,
        }
        assert httpx.post(f"{server.url}/feedback", json=body, timeout=60).status_code == 200
        if number <= 3:
            wait_for_texts(database_of(server), number)
    # A text of a worker that has loaded its model is stored with its verdict.
    time.sleep(1)
    kept = [entry["tweet"] for entry in report(server).json()["reports"]]
    assert kept == [None, None, *reversed(texts[:3])]
