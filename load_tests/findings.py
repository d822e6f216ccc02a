"""What loads of this service's families came to, and the tables of it."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from load_tests.burst import CROWD
from load_tests.ceiling import Ceiling
from load_tests.load import Load
from load_tests.stages import Stages
from load_tests.tables import table

NO_OP = "FastAPI no-op"
BATCH = 64
IN_BATCHES = f"/predict_batch, {BATCH}"

Row = tuple[str, str, int]
"""Who answers, what is asked for, and by how many connections."""


@dataclass
class Found:
    """What the rounds found."""

    loads: dict[Row, list[Load]] = field(default_factory=lambda: defaultdict(list))
    after_bursts_ms: list[float] = field(default_factory=list)
    peaks_mib: list[float] = field(default_factory=list)
    first_answers_s: list[float] = field(default_factory=list)
    stages: dict[str, list[Stages]] = field(default_factory=lambda: defaultdict(list))
    ceilings: dict[str, list[list[Ceiling]]] = field(default_factory=lambda: defaultdict(list))

    def best(self, family: str) -> float:
        """The most that the family's scorer did alone: the best way of each round, their median."""
        rounds = self.ceilings[family]
        return statistics.median(max(ceiling.rate for ceiling in found) for found in rounds)

    def rate(self, row: Row) -> float:
        return statistics.median(load.rate for load in self.loads[row])


def rates(found: Found, families: Sequence[str], cores: int) -> dict[str, dict[str, float]]:
    """Tweets a second of each family: single from 32 connections, and in batches."""
    return {
        family: {
            "single": found.rate((family, "/predict", 32)),
            "batch": found.rate((family, IN_BATCHES, 2 * cores)) * BATCH,
        }
        for family in families
    }


def server_line(found: Found, model: str, cores: int) -> str:
    first = statistics.median(found.first_answers_s)
    peak = statistics.median(found.peaks_mib)
    after = statistics.median(found.after_bursts_ms)
    return (
        f"All families in {cores} workers: the first answer after {first:.1f} s, at most "
        f"{peak:.0f} MiB in all. {model}, one request at a time within a second after "
        f"{CROWD} at once: p50 {after:.1f} ms."
    )


def loads_table(found: Found) -> str:
    rows = []
    for row, loads in found.loads.items():
        who, what, number = row
        texts_each = BATCH if what == IN_BATCHES else 1
        rate = found.rate(row) * texts_each
        limit = found.best(who) if who in found.ceilings else None
        rows.append(
            (
                who,
                what,
                str(number),
                f"{rate:.0f}",
                f"{rate / limit:.0%}" if limit else "",
                f"{found.rate(row) / found.rate((NO_OP, '/predict', number)):.0%}"
                if what == "/predict"
                else "",
                f"{statistics.median(load.p50_ms for load in loads):.1f}",
                f"{statistics.median(load.p99_ms for load in loads):.1f}",
                str(sum(load.refused + load.failed for load in loads)),
            )
        )
    return table(
        (
            "who",
            "what",
            "connections",
            "tweets/s",
            "of the scorer's best",
            "of the no-op's",
            "p50 ms",
            "p99 ms",
            "not 2xx",
        ),
        rows,
    )
