"""Requests that go to two servers in turn, so that both meet the same load of the machine."""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

_HEADERS = {"Content-Type": "application/json"}


def alternate(
    addresses: tuple[str, str], texts: Sequence[str], clients: int, seconds: float
) -> NDArray[np.float64]:
    """Latencies of single predictions in milliseconds, shape (pairs, 2), a column per server.

    Each client sends a text to one server, then the same text to the other server, and changes the
    order after each pair. Raises ``SystemExit`` if an answer is not 200.
    """
    with ThreadPoolExecutor(clients) as pool:
        runs = [
            pool.submit(_alternate, addresses, texts, 997 * client, seconds)
            for client in range(clients)
        ]
        return np.concatenate([run.result() for run in runs])


def _alternate(
    addresses: tuple[str, str], texts: Sequence[str], first: int, seconds: float
) -> NDArray[np.float64]:
    connections = [
        http.client.HTTPConnection(urlsplit(each).netloc, timeout=30) for each in addresses
    ]
    pairs, ended = [], time.perf_counter() + seconds
    for number in count(first):
        if time.perf_counter() > ended:
            break
        body = json.dumps({"text": texts[number % len(texts)]})
        pair = [0.0, 0.0]
        for server in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            connections[server].request("POST", "/predict", body, _HEADERS)
            answer = connections[server].getresponse()
            answer.read()
            pair[server] = (time.perf_counter() - began) * 1000
            if answer.status != http.HTTPStatus.OK:
                raise SystemExit(f"{addresses[server]} answered {answer.status}")
        pairs.append(pair)
    return np.array(pairs)


def percentile_growth(
    pairs: NDArray[np.float64], percent: float, samples: int = 1000
) -> tuple[float, float, float]:
    """Growth of a percentile from the first to the second column, and its 95 % interval.

    The interval is that of a bootstrap of the pairs, shape (pairs, 2).
    """
    chance = np.random.default_rng(0)
    rows = [chance.integers(len(pairs), size=len(pairs)) for _ in range(samples)]
    drawn = [_growth(pairs[chosen], percent) for chosen in rows]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return _growth(pairs, percent), float(low), float(high)


def _growth(pairs: NDArray[np.float64], percent: float) -> float:
    first, second = np.percentile(pairs, percent, axis=0)
    return float(second / first) - 1
