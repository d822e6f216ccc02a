"""Results of a server without and of a server with a challenger in the shadow."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from load_tests.tables import table
from load_tests.traffic.closed_loop import LoadResult

SERVERS = ("without", "with")


@dataclass
class ShadowResults:
    """The rounds of both servers, ``SERVERS``, in pairs.

    ``loads`` are by server and number of connections, ``verdicts_ms`` by server: the latencies of
    each round.
    """

    loads: dict[tuple[str, int], list[LoadResult]] = field(
        default_factory=lambda: defaultdict(list)
    )
    verdicts_ms: dict[str, list[list[float]]] = field(default_factory=lambda: defaultdict(list))


def growth(without: Sequence[float], with_shadow: Sequence[float]) -> tuple[float, float, float]:
    """The median growth of a figure between paired rounds in percent, and its quartiles."""
    ratios = [after / before for before, after in zip(without, with_shadow, strict=True)]
    low, middle, high = np.percentile(ratios, (25, 50, 75))
    return tuple(100 * (float(ratio) - 1) for ratio in (middle, low, high))  # type: ignore[return-value]


def results_table(results: ShadowResults, connections: Sequence[int]) -> str:
    """A row per figure: medians of the rounds, and the growth between the rounds of a pair."""
    rows = []
    for number in connections:
        pairs = [results.loads[server, number] for server in SERVERS]
        label = f"{number} connection{'s' if number > 1 else ''}"
        for figure, name in (("rate", "requests/s"), ("p50_ms", "p50 ms"), ("p99_ms", "p99 ms")):
            values = [[float(getattr(load, figure)) for load in loads] for loads in pairs]
            rows.append(_row(f"{label}, {name}", *values))
        failed = [str(sum(load.refused + load.failed for load in loads)) for loads in pairs]
        rows.append((f"{label}, not 2xx", *failed, ""))
    for percent in (50, 99):
        values = [
            [float(np.percentile(round_, percent)) for round_ in results.verdicts_ms[server]]
            for server in SERVERS
        ]
        rows.append(_row(f"verdict, p{percent} ms", *values))
    return table(("figure", "without", "with", "growth (quartiles of the rounds)"), rows)


def _row(name: str, without: list[float], with_shadow: list[float]) -> tuple[str, ...]:
    middle, low, high = growth(without, with_shadow)
    return (
        name,
        f"{statistics.median(without):.2f}",
        f"{statistics.median(with_shadow):.2f}",
        f"{middle:+.1f} % ({low:+.1f} to {high:+.1f})",
    )
