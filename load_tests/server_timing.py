"""Latency of single requests by stage, from the ``Server-Timing`` header of the service."""

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import httpx

from load_tests.tables import table

_REQUESTS = 200
_STAGE = re.compile(r"(\w+);dur=([\d.]+)")
_OUTSIDE = "HTTP"

StageTimes = dict[str, float]
"""Milliseconds by stage."""


def median_stage_times(url: str, model: str, texts: Sequence[str]) -> StageTimes:
    """Send 200 requests, one at a time, and return the median duration of each stage."""
    durations: dict[str, list[float]] = defaultdict(list)
    with httpx.Client(headers={"Prefer": "server-timing"}) as client:
        for text in texts[:_REQUESTS]:
            began = time.perf_counter()
            answer = client.post(url, json={"text": text, "model": model}).raise_for_status()
            total_ms = (time.perf_counter() - began) * 1000
            for name, ms in stage_times(answer.headers["Server-Timing"], total_ms).items():
                durations[name].append(ms)
    return {name: statistics.median(times) for name, times in durations.items()}


def stage_times(header: str, total_ms: float) -> StageTimes:
    """Stages of one answer; ``HTTP`` is the client's latency minus all stages of the header."""
    stages = {name: float(ms) for name, ms in _STAGE.findall(header)}
    return {**stages, _OUTSIDE: total_ms - sum(stages.values())}


def stages_table(rounds: Mapping[str, Sequence[StageTimes]]) -> str:
    """A row for each model, a column for each stage: the median of the rounds."""
    names = list(next(iter(rounds.values()))[0])
    rows = [
        [model, *(f"{statistics.median(times[name] for times in of_model):.2f}" for name in names)]
        for model, of_model in rounds.items()
    ]
    return table(["ms", *names], rows)
