"""Scores over HTTP equal those of the scorer, alone and in batches."""

import asyncio

import httpx
import numpy as np
import pytest

from models.artifacts.folder import load_model
from models.reader_shares import READERS, positive_probability
from models.registry import FAMILIES
from tests.support.champions import Workplace
from tests.support.servers import Server

TEXTS = [
    "good",
    "The crew was lovely and the coffee was hot, thank you @airline!",
    "Two hours late and nobody tells us why. Never again :(",
    "Lost my bag https://example.org/bag #lostbag " * 8,
    "meh",
    "It is not bad at all, I was even a little impressed by the seats 🚀",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_over_http_equal_those_of_the_scorer(
    client: httpx.Client, trained: Workplace, family: str
) -> None:
    _, scorer = load_model(trained.champion(family), "onnx")
    body = {"texts": TEXTS, "model": family}
    answered = client.post("/predict_batch", json=body).json()["predictions"]
    shares = scorer.score(TEXTS)
    readers = [[prediction["readers"][name] for name in READERS] for prediction in answered]
    np.testing.assert_allclose(readers, shares, atol=1e-4)
    probabilities = [prediction["probability"] for prediction in answered]
    np.testing.assert_allclose(probabilities, positive_probability(shares), atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_scores_the_same_alone_and_in_a_batch(server: Server, family: str) -> None:
    strangers = [f"stranger {number} " * (number % 40 + 1) for number in range(48)]

    async def scenario() -> tuple[list[float], list[float]]:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:

            async def ask(text: str) -> float:
                response = await client.post("/predict", json={"text": text, "model": family})
                return float(response.json()["probability"])

            alone = [await ask(text) for text in TEXTS]
            crowd = await asyncio.gather(*map(ask, [*strangers, *TEXTS]))
            return alone, crowd[-len(TEXTS) :]

    alone, among_strangers = asyncio.run(scenario())
    np.testing.assert_allclose(alone, among_strangers, atol=1e-3)


def test_concurrent_single_requests_share_batches(server: Server) -> None:
    def batches() -> tuple[float, float]:
        name = "sentiment_inference_batch_size"
        return (
            server.total(f"{name}_count", model="distilbert"),
            server.total(f"{name}_sum", model="distilbert"),
        )

    async def scenario() -> list[int]:
        limits = httpx.Limits(max_connections=65)
        async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:
            # The other requests queue while this one is scored.
            crowd = [f"crew {number} is late again " * 15 for number in range(128)]
            first = asyncio.create_task(client.post("/predict_batch", json={"texts": crowd}))
            await asyncio.sleep(0.1)
            others = [
                client.post("/predict", json={"text": f"passenger {number} is glad"})
                for number in range(64)
            ]
            responses = [*await asyncio.gather(*others), await first]
            return [response.status_code for response in responses]

    calls, texts = batches()
    assert set(asyncio.run(scenario())) == {200}
    calls, texts = batches()[0] - calls, batches()[1] - texts
    assert texts == 192
    assert calls <= 24
    assert server.total("sentiment_queue_texts") == 0
