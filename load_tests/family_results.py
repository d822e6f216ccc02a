"""Results of the loads of each model family, and their tables."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from load_tests.scorer_throughput import ScorerThroughput
from load_tests.server_timing import StageTimes
from load_tests.tables import table
from load_tests.traffic.burst import BURST
from load_tests.traffic.closed_loop import LoadResult

NO_OP = "FastAPI no-op"
BATCH = 64
SINGLE_ROUTE = "/predict"
BATCH_ROUTE = f"/predict_batch, {BATCH}"


class Target(NamedTuple):
    """The server or model family that was loaded, the route, and the number of connections."""

    name: str
    route: str
    connections: int


@dataclass
class FamilyResults:
    """Results of all rounds, one element per round."""

    loads: dict[Target, list[LoadResult]] = field(default_factory=lambda: defaultdict(list))
    after_bursts_ms: list[float] = field(default_factory=list)
    peaks_mib: list[float] = field(default_factory=list)
    first_answers_s: list[float] = field(default_factory=list)
    stages: dict[str, list[StageTimes]] = field(default_factory=lambda: defaultdict(list))
    throughputs: dict[str, list[list[ScorerThroughput]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def scorer_rate(self, family: str) -> float:
        """Texts per second of the scorer alone: the best split of each round, their median."""
        rounds = self.throughputs[family]
        return statistics.median(
            max(throughput.rate for throughput in of_round) for of_round in rounds
        )

    def request_rate(self, target: Target) -> float:
        """Successful requests per second, the median of the rounds."""
        return statistics.median(load.rate for load in self.loads[target])

    def tweet_rate(self, target: Target) -> float:
        """Tweets per second in successful requests, the median of the rounds."""
        tweets_each = BATCH if target.route == BATCH_ROUTE else 1
        return self.request_rate(target) * tweets_each


def tweet_rates(
    results: FamilyResults, families: Sequence[str], cores: int
) -> dict[str, dict[str, float]]:
    """Tweets per second of each family: single requests on 32 connections, and batches."""
    return {
        family: {
            "single": results.tweet_rate(Target(family, SINGLE_ROUTE, 32)),
            "batch": results.tweet_rate(Target(family, BATCH_ROUTE, 2 * cores)),
        }
        for family in families
    }


def server_line(results: FamilyResults, model: str, cores: int) -> str:
    """Start-up time, peak memory and the latency after a burst, in one paragraph."""
    first = statistics.median(results.first_answers_s)
    peak = statistics.median(results.peaks_mib)
    after = statistics.median(results.after_bursts_ms)
    return (
        f"All families in {cores} workers: first answer {first:.1f} s after the start, peak memory "
        f"{peak:.0f} MiB. {model}, one request at a time in the second after a burst of {BURST}: "
        f"p50 {after:.1f} ms."
    )


def loads_table(results: FamilyResults) -> str:
    """A row per target; a share is empty if its reference was not measured."""
    rows = []
    for target, loads in results.loads.items():
        rate = results.tweet_rate(target)
        of_scorer = of_no_op = ""
        if target.name in results.throughputs:
            of_scorer = f"{rate / results.scorer_rate(target.name):.0%}"
        if target.route == SINGLE_ROUTE:
            no_op = Target(NO_OP, SINGLE_ROUTE, target.connections)
            of_no_op = f"{rate / results.request_rate(no_op):.0%}"
        rows.append(
            (
                target.name,
                target.route,
                str(target.connections),
                f"{rate:.0f}",
                of_scorer,
                of_no_op,
                f"{statistics.median(load.p50_ms for load in loads):.1f}",
                f"{statistics.median(load.p99_ms for load in loads):.1f}",
                str(sum(load.refused + load.failed for load in loads)),
            )
        )
    return table(
        (
            "target",
            "route",
            "connections",
            "tweets/s",
            "of scorer",
            "of no-op",
            "p50 ms",
            "p99 ms",
            "not 2xx",
        ),
        rows,
    )
