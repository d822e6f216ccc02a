"""Results of one server in a comparison."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load_tests.servers.compared_server import ComparedServer
from load_tests.servers.running_server import run_server
from load_tests.traffic.closed_loop import LoadResult, post

_WARM_UP_S = 3


@dataclass
class Measurement:
    """Results of all rounds by number of connections; the figures are medians of the rounds."""

    server: ComparedServer
    loads: dict[int, list[LoadResult]] = field(default_factory=lambda: defaultdict(list))
    peaks_mib: list[float] = field(default_factory=list)
    first_answers_s: list[float] = field(default_factory=list)

    def rate(self, connections: int) -> float:
        """Successful requests per second."""
        return statistics.median(load.rate for load in self.loads[connections])

    def p50_ms(self, connections: int) -> float:
        return statistics.median(load.p50_ms for load in self.loads[connections])

    def p99_ms(self, connections: int) -> float:
        return statistics.median(load.p99_ms for load in self.loads[connections])

    def not_answered(self, connections: int) -> int:
        """Answers other than 2xx and requests without an answer, in all rounds."""
        return sum(load.refused + load.failed for load in self.loads[connections])

    @property
    def peak_mib(self) -> float:
        return statistics.median(self.peaks_mib)

    @property
    def first_answer_s(self) -> float:
        return statistics.median(self.first_answers_s)

    def add_round(
        self,
        model: Path,
        texts: Sequence[str],
        connections: Sequence[int],
        seconds: int,
        first: int,
    ) -> None:
        """Start the server, load it with each number of connections, and stop it.

        ``first`` is the number of texts before the first text that is sent.
        """
        requests = [self.server.body(text) for text in texts]
        with run_server(self.server, requests[0], model) as server:
            bodies = server.write_bodies("bodies", requests)
            post(server.url, bodies, max(connections), _WARM_UP_S)
            for number in connections:
                self.loads[number].append(post(server.url, bodies, number, seconds, first))
        self.first_answers_s.append(server.first_answer_s)
        self.peaks_mib.append(server.tree.peak_mib)
