"""Latency of verdicts, which a client gives one after another."""

import time
from collections.abc import Sequence
from itertools import count

import httpx

_numbers = count()


def feedback_latencies_ms(address: str, texts: Sequence[str], seconds: float) -> list[float]:
    """Predict texts for ``seconds``, judge each prediction, and return the times of the verdicts.

    Each text is new: the service bounds the verdicts on one text.
    """
    latencies = []
    ended = time.perf_counter() + seconds
    with httpx.Client(base_url=address, timeout=30) as client:
        while time.perf_counter() < ended:
            number = next(_numbers)
            text = f"{texts[number % len(texts)][:900]} {number}"
            answer = client.post("/predict", json={"text": text}).raise_for_status().json()
            body = {"prediction_id": answer["prediction_id"], "correct": number % 2 == 0}
            began = time.perf_counter()
            client.post("/feedback", json=body).raise_for_status()
            latencies.append((time.perf_counter() - began) * 1000)
    return latencies
