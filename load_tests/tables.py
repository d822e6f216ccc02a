"""Markdown tables of results."""

from collections.abc import Sequence

from load_tests.measurement import Measurement
from load_tests.scorer_throughput import ScorerThroughput


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def servers_table(
    measurements: Sequence[Measurement], connections: Sequence[int], reference: Measurement
) -> str:
    """A row per server and number of connections; ``ratio`` is the rate over ``reference``'s."""
    rows = [
        (
            measurement.server.name,
            str(number),
            f"{measurement.rate(number):.0f}",
            f"{measurement.rate(number) / reference.rate(number):.2f}",
            f"{measurement.p50_ms(number):.1f}",
            f"{measurement.p99_ms(number):.1f}",
            str(measurement.not_answered(number)),
            f"{measurement.peak_mib:.0f}",
            f"{measurement.first_answer_s:.1f}",
        )
        for measurement in measurements
        for number in connections
    ]
    return table(
        (
            "server",
            "connections",
            "requests/s",
            "ratio",
            "p50 ms",
            "p99 ms",
            "not 2xx",
            "peak MiB",
            "first answer s",
        ),
        rows,
    )


def scorer_table(throughputs: Sequence[ScorerThroughput]) -> str:
    return table(
        ("processes x threads", "batch size", "texts/s", "ms per batch"),
        [
            (
                f"{throughput.processes} x {throughput.threads}",
                str(throughput.batch),
                f"{throughput.rate:.0f}",
                f"{throughput.call_ms:.1f}",
            )
            for throughput in throughputs
        ],
    )
