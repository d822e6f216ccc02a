"""Comparisons as tables in Markdown."""

from collections.abc import Sequence

from load_tests.ceiling import Ceiling
from load_tests.measurement import Measurement


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def servers_table(
    measurements: Sequence[Measurement], connections: Sequence[int], reference: Measurement
) -> str:
    """A row for each server and number of connections; ratios are to ``reference``."""
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


def ceilings_table(ceilings: Sequence[Ceiling]) -> str:
    return table(
        ("processes x threads", "texts in a call", "texts/s", "ms a call"),
        [
            (
                f"{ceiling.processes} x {ceiling.threads}",
                str(ceiling.batch),
                f"{ceiling.rate:.0f}",
                f"{ceiling.call_ms:.1f}",
            )
            for ceiling in ceilings
        ],
    )
