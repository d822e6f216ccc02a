"""BentoML: a batchable API around a transformers pipeline."""

import os
from typing import Any

import bentoml
from transformers import pipeline


@bentoml.service(traffic={"timeout": 60})
class Sentiment:
    def __init__(self) -> None:
        self.classify = pipeline("text-classification", model=os.environ["MODEL"])

    # With a latency of 5 ms BentoML would shed every request that takes longer.
    @bentoml.api(batchable=True, max_batch_size=32, max_latency_ms=1000)
    def predict(self, texts: list[str]) -> list[dict[str, Any]]:
        return self.classify(texts, batch_size=len(texts))
