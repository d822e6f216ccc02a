"""Open-loop load: requests at a given rate, whether or not earlier requests were answered."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import aiohttp
import numpy as np


@dataclass(frozen=True)
class Answer:
    """One request: send time in seconds since the start, status code (0: none), and latency."""

    sent_s: float
    code: int
    latency_s: float
    retry_after: bool


def send_open_loop(
    url: str,
    texts: Sequence[str],
    rate: float,
    seconds: float,
    ended: Callable[[], bool] = lambda: False,
    seed: int = 0,
) -> list[Answer]:
    """Send one text per request at the times of a Poisson process, at most until ``ended``."""
    return asyncio.run(_send_open_loop(url, texts, rate, seconds, ended, random.Random(seed)))


def send_times(rate: float, seconds: float, chance: random.Random) -> Iterator[float]:
    """Times of a Poisson process of ``rate`` events per second, in seconds from 0."""
    due = 0.0
    while due < seconds:
        yield due
        due += chance.expovariate(rate)


def percentile_ms(answers: Sequence[Answer], percent: float) -> float:
    """The percentile of the latencies, in milliseconds."""
    return float(np.percentile([answer.latency_s for answer in answers], percent)) * 1000


async def _send_open_loop(
    url: str,
    texts: Sequence[str],
    rate: float,
    seconds: float,
    ended: Callable[[], bool],
    chance: random.Random,
) -> list[Answer]:
    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        tasks = []
        for due in send_times(rate, seconds, chance):
            await asyncio.sleep(due - (time.perf_counter() - began))
            if ended():
                break
            tasks.append(group.create_task(_send(session, url, chance.choice(texts), due)))
    return [task.result() for task in tasks]


async def _send(session: aiohttp.ClientSession, url: str, text: str, sent_s: float) -> Answer:
    began = time.perf_counter()
    try:
        async with session.post(url, json={"text": text}) as response:
            await response.read()
            code, retry_after = response.status, "Retry-After" in response.headers
    except aiohttp.ClientError:
        code, retry_after = 0, False
    return Answer(sent_s, code, time.perf_counter() - began, retry_after)
