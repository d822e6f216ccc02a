"""The cost of the drift watch: ``python -m tests.serving.drift_cost``, with the store's baseline.

Measures the processor time of a request in a server's processes, and that of the drift watch for
the same texts in this process, comparisons included. Processor time does not depend on other work
on the machine. The figures are for docs/drift.md.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from models.artifacts.folder import read_reference
from models.artifacts.store import find_champion
from models.drift.reference import Reference
from serving.prediction.drift import STRIDE, DriftWatch
from tests.support.champions import REPOSITORY
from tests.support.servers import Server, own_home
from training.data.selection import EMBEDDED, load_sided_splits
from training.settings import model_key

# Texts in a request, and concurrent requests, which share calls of the scorer.
_CASES = ((1, 1), (1, 32), (9, 1), (32, 1), (256, 1))
_TEXTS = 1500


def _processor_seconds(server: Server) -> float:
    parent = psutil.Process(server.process.pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


async def _ask(server: Server, bodies: list[dict[str, Any]], at_a_time: int) -> None:
    places = asyncio.Semaphore(at_a_time)
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:

        async def post(body: dict[str, Any]) -> None:
            async with places:
                path = "/predict" if "text" in body else "/predict_batch"
                (await client.post(path, json=body)).raise_for_status()

        await asyncio.gather(*map(post, bodies))


async def _record(watch: DriftWatch, requests: list[list[str]]) -> float:
    """Processor seconds per request."""
    probabilities = np.full(max(map(len, requests)), 0.5, dtype=np.float32)
    started = time.process_time()
    for texts in requests:
        watch.record(texts, probabilities)
        await asyncio.sleep(0)
    return (time.process_time() - started) / len(requests)


def _print_costs(reference: Reference, server: Server) -> None:
    watch = DriftWatch("baseline", reference)
    texts = load_sided_splits(EMBEDDED, None, None, 7).train.texts[:_TEXTS]
    sys.stdout.write(
        "| texts | requests at a time | texts noted | a request | watching | share |\n"
    )
    sys.stdout.write("| ---: | ---: | ---: | ---: | ---: | ---: |\n")
    for size, at_a_time in _CASES:
        requests = [texts[start : start + size] for start in range(0, _TEXTS - size + 1, size)]
        bodies: list[dict[str, Any]] = [
            {"text": request[0]} if size == 1 else {"texts": request} for request in requests
        ]
        asyncio.run(_ask(server, bodies[:50], at_a_time))
        before = _processor_seconds(server)
        asyncio.run(_ask(server, bodies, at_a_time))
        asking = (_processor_seconds(server) - before) / len(bodies)
        noting = asyncio.run(_record(watch, requests * 10))
        sys.stdout.write(
            f"| {size} | {at_a_time} | {-(-size // STRIDE)} | {1e3 * asking:.2f} ms "
            f"| {1e6 * noting:.1f} µs | {noting / asking:.2%} |\n"
        )


def main() -> None:
    champion = find_champion("baseline")
    if champion is None:
        sys.exit("no baseline is in the model store: python -m training bootstrap")
    reference = read_reference(champion.folder)
    if reference is None:
        sys.exit("the baseline in the store keeps no reference: train and promote it again")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        environment = {
            **os.environ,
            "BENTOML_HOME": str(own_home(folder, champion.folder.parents[2])),
            "SENTIMENT_MODEL_KEY": str(model_key().resolve()),
            "SENTIMENT_DATA_DIR": str(folder / "data"),
            "SENTIMENT_MODELS": "baseline",
            "SENTIMENT_RUNNERS": "inline",
        }
        server = Server("service:SentimentService", REPOSITORY, environment, folder / "server.log")
        server.start()
        try:
            _print_costs(reference, server)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
