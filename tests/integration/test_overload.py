import asyncio

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer

LONG = "the queue at the gate did not move and nobody told us why " * 8


@pytest.fixture(scope="module")
def narrow_server(start_module_server: StartServer) -> Server:
    """A server with a time limit of 0.2 s and a queue of 256 texts."""
    return start_module_server(
        models="distilbert", timeout_s="0.2", queue_texts="256", cache_texts="0"
    )


def ask(server: Server, times: int) -> list[httpx.Response]:
    async def scenario() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            body = {"texts": [LONG] * 200}
            requests = [client.post("/predict_batch", json=body) for _ in range(times)]
            return await asyncio.gather(*requests)

    return asyncio.run(scenario())


def test_a_prediction_over_the_time_limit_is_a_504(narrow_server: Server) -> None:
    (response,) = ask(narrow_server, 1)
    assert is_error(response, 504)


def test_a_full_queue_is_a_503_and_abandoned_texts_leave_it(
    narrow_server: Server,
) -> None:
    responses = ask(narrow_server, 4)
    refused = [response for response in responses if response.status_code == 503]
    assert refused
    assert all(is_error(response, 503) for response in refused)
    assert all(int(response.headers["Retry-After"]) >= 1 for response in refused)
    # The texts of requests that timed out have left the queue: a short text is answered in time.
    for _ in range(20):
        with narrow_server.client() as client:
            answered = client.post("/predict", json={"text": "good"})
        if answered.status_code == 200:
            break
    assert answered.status_code == 200
    assert narrow_server.total("sentiment_queue_texts") == 0
