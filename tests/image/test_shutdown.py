"""A stopping container answers all requests that it accepted."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.containers import Container, StartContainer
from tests.support.image_report import Figures

pytestmark = pytest.mark.image

REQUESTS = 12
TEXTS = 64
LONG = "we sat on the tarmac for three hours and nobody told us why " * 6


def ask(container: Container, request: int) -> httpx.Response:
    texts = [f"{request} {number} {LONG}" for number in range(TEXTS)]
    with container.client() as client:
        return client.post("/predict_batch", json={"texts": texts})


def accepted(container: Container) -> float:
    """The number of queued and of scored texts. It leaves out the batch that is being scored."""
    waiting = container.total("sentiment_queue_texts")
    return waiting + container.total("sentiment_inference_batch_size_sum")


def test_accepted_requests_are_answered_after_sigterm(
    start_container: StartContainer, figures: Figures
) -> None:
    container = start_container(queue_ms="60000")
    before = accepted(container)
    with ThreadPoolExecutor(REQUESTS) as pool:
        answers = [pool.submit(ask, container, request) for request in range(REQUESTS)]
        pending = REQUESTS
        # Wait until the service has accepted a text of every request.
        while pending and accepted(container) - before <= (REQUESTS - 1) * TEXTS:
            time.sleep(0.01)
            pending = sum(not answer.done() for answer in answers)
        began = time.perf_counter()
        container.stop()
        seconds = time.perf_counter() - began
        responses = [answer.result() for answer in answers]
    assert pending > 0
    assert [response.status_code for response in responses] == [200] * REQUESTS
    assert all(len(response.json()["predictions"]) == TEXTS for response in responses)
    # SIGKILL, after 35 s, would give another exit code.
    assert container.state["ExitCode"] == 0
    figures["stopped with unanswered requests"] = f"{pending}, all answered within {seconds:.1f} s"
