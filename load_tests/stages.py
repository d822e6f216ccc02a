"""Where the time of single requests goes, as the service tells."""

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import httpx

from load_tests.tables import table

_REQUESTS = 200
_STAGE = re.compile(r"(\w+);dur=([\d.]+)")
_REST = "HTTP"

Stages = dict[str, float]


def stages(url: str, model: str, texts: Sequence[str]) -> Stages:
    """Median milliseconds of each stage of one request after another, and of what is around it."""
    found: dict[str, list[float]] = defaultdict(list)
    with httpx.Client(headers={"Prefer": "server-timing"}) as client:
        for text in texts[:_REQUESTS]:
            began = time.perf_counter()
            answer = client.post(url, json={"text": text, "model": model}).raise_for_status()
            total = (time.perf_counter() - began) * 1000
            told = {name: float(ms) for name, ms in _STAGE.findall(answer.headers["Server-Timing"])}
            for name, milliseconds in {**told, _REST: total - sum(told.values())}.items():
                found[name].append(milliseconds)
    return {name: statistics.median(times) for name, times in found.items()}


def stages_table(found: Mapping[str, Sequence[Stages]]) -> str:
    """A row for each model, a column for each stage: the median of the rounds."""
    names = list(next(iter(found.values()))[0])
    rows = [
        [model, *(f"{statistics.median(told[name] for told in rounds):.2f}" for name in names)]
        for model, rounds in found.items()
    ]
    return table(["ms", *names], rows)
