"""What a request meets right after many at once."""

import asyncio
import statistics
import time
from collections.abc import Sequence

import aiohttp

CROWD = 128
_AFTER_S = 1.0


def after_a_burst(url: str, model: str, texts: Sequence[str]) -> float:
    """Median milliseconds of a request, one after another, in the second after 128 at once."""
    return asyncio.run(_after_a_burst(url, model, texts))


async def _after_a_burst(url: str, model: str, texts: Sequence[str]) -> float:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def seconds(text: str) -> float:
            began = time.perf_counter()
            async with session.post(url, json={"text": text, "model": model}) as response:
                await response.read()
                response.raise_for_status()
            return time.perf_counter() - began

        await asyncio.gather(*map(seconds, texts[:CROWD]))
        began = time.perf_counter()
        times = []
        for text in texts[CROWD:]:
            times.append(await seconds(text))
            if time.perf_counter() - began > _AFTER_S:
                break
    return statistics.median(times) * 1000
