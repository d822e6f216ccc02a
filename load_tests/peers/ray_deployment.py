"""Ray Serve with its dynamic request batching around a transformers pipeline."""

import os
import sys
import time
from typing import Any

from ray import serve
from starlette.requests import Request
from transformers import pipeline

# Ray sets the threads of torch to the CPUs of a replica.
CORES = len(os.sched_getaffinity(0))


@serve.deployment(max_ongoing_requests=256, ray_actor_options={"num_cpus": CORES})
class Sentiment:
    def __init__(self) -> None:
        self.classify = pipeline("text-classification", model=os.environ["MODEL"])

    @serve.batch(max_batch_size=32, batch_wait_timeout_s=0.005)
    async def classify_batch(self, texts: list[str]) -> list[Any]:
        return self.classify(texts, batch_size=len(texts))

    async def __call__(self, request: Request) -> Any:
        return await self.classify_batch((await request.json())["text"])


if __name__ == "__main__":
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    serve.run(Sentiment.bind(), route_prefix="/predict")
    while True:
        time.sleep(60)
