"""BentoML as its documentation has it: a batchable API around a transformers pipeline."""

import os
from typing import Any

import bentoml
from transformers import pipeline


@bentoml.service(traffic={"timeout": 60})
class Sentiment:
    def __init__(self) -> None:
        self.classify = pipeline("text-classification", model=os.environ["MODEL"])

    # A latency of 5 ms would have it shed all that takes longer.
    @bentoml.api(batchable=True, max_batch_size=32, max_latency_ms=1000)
    def predict(self, texts: list[str]) -> list[dict[str, Any]]:
        return self.classify(texts, batch_size=len(texts))
