"""Requests at a rate that does not ask whether the former ones were answered, as in real life."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import numpy as np


@dataclass(frozen=True)
class Answer:
    """When it was asked for, in seconds since the start, its code (0: none), and its duration."""

    asked_s: float
    code: int
    seconds: float
    retry_after: bool


def arrivals(url: str, texts: Sequence[str], rate: float, seconds: float) -> list[Answer]:
    """One text a request, ``rate`` a second on average, at random times (a Poisson process)."""
    return asyncio.run(_arrivals(url, texts, rate, seconds))


def percentile_ms(answers: Sequence[Answer], percent: float) -> float:
    return float(np.percentile([answer.seconds for answer in answers], percent)) * 1000


async def _arrivals(url: str, texts: Sequence[str], rate: float, seconds: float) -> list[Answer]:
    chance = random.Random(0)
    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        tasks = []
        due = 0.0
        while due < seconds:
            await asyncio.sleep(due - (time.perf_counter() - began))
            tasks.append(group.create_task(_ask(session, url, chance.choice(texts), due)))
            due += chance.expovariate(rate)
    return [task.result() for task in tasks]


async def _ask(session: aiohttp.ClientSession, url: str, text: str, asked_s: float) -> Answer:
    began = time.perf_counter()
    try:
        async with session.post(url, json={"text": text}) as response:
            await response.read()
            code, retry_after = response.status, "Retry-After" in response.headers
    except aiohttp.ClientError:
        code, retry_after = 0, False
    return Answer(asked_s, code, time.perf_counter() - began, retry_after)
