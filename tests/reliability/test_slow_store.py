"""A feedback store that does not answer delays no other route."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.verdicts import database_of, judge, predict

# Less than the wait for SQLite's lock, which is 5 s.
PATIENCE_S = 2.0


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(60) as pool:
        yield pool


def test_other_routes_answer_while_sixty_verdicts_wait_for_a_locked_database(
    server: Server, pool: ThreadPoolExecutor
) -> None:
    prediction_ids = predict(server, 60)
    with closing(sqlite3.connect(database_of(server), isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        waiting: list[Future[httpx.Response]] = [
            pool.submit(judge, server, prediction_id) for prediction_id in prediction_ids
        ]
        for _ in range(5):
            for path in ("/metrics", "/ui", "/ui/style.css", "/models"):
                assert httpx.get(f"{server.url}{path}", timeout=PATIENCE_S).status_code == 200
            body = {"text": "still fine", "explain": True}
            answer = httpx.post(f"{server.url}/predict", json=body, timeout=PATIENCE_S)
            assert answer.status_code == 200
        answers = [future.result() for future in waiting]
    for refused in answers:
        assert is_error(refused, 503)
        assert int(refused.headers["Retry-After"]) >= 1
    assert server.total("sentiment_feedback_store_errors_total") == 60
    assert {judge(server, each).status_code for each in prediction_ids[:5]} == {200}


def test_a_burst_of_thirty_verdicts_is_recorded(server: Server, pool: ThreadPoolExecutor) -> None:
    prediction_ids = predict(server, 30)
    answers = pool.map(lambda each: judge(server, each), prediction_ids)
    assert {answer.status_code for answer in answers} == {200}
