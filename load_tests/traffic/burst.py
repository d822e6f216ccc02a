"""Latency of single requests right after a burst of simultaneous requests."""

import asyncio
import statistics
import time
from collections.abc import Sequence

import aiohttp

BURST = 128
_AFTER_S = 1.0


def latency_after_burst_ms(url: str, model: str, texts: Sequence[str]) -> float:
    """Median latency of single requests, sent for a second after a burst of 128 requests."""
    return asyncio.run(_latency_after_burst_ms(url, model, texts))


async def _latency_after_burst_ms(url: str, model: str, texts: Sequence[str]) -> float:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def latency_s(text: str) -> float:
            began = time.perf_counter()
            async with session.post(url, json={"text": text, "model": model}) as response:
                await response.read()
                response.raise_for_status()
            return time.perf_counter() - began

        await asyncio.gather(*map(latency_s, texts[:BURST]))
        began = time.perf_counter()
        latencies = []
        for text in texts[BURST:]:
            latencies.append(await latency_s(text))
            if time.perf_counter() - began > _AFTER_S:
                break
    return statistics.median(latencies) * 1000
