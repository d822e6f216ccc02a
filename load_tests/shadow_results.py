"""Latencies of a server without and of a server with a challenger in the shadow."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from load_tests.tables import table
from load_tests.traffic.alternating import percentile_growth

_PERCENTS = (50, 95, 99)


def latency_table(
    by_clients: Mapping[int, NDArray[np.float64]], verdicts: Sequence[Sequence[float]]
) -> str:
    """A row per percentile, with its growth.

    ``by_clients``: latencies by number of clients, shape (pairs, 2), in milliseconds: without and
    with the shadow. ``verdicts``: the latencies of the verdicts without and with the shadow.
    """
    rows = []
    for clients, pairs in by_clients.items():
        label = f"{clients} client{'s' if clients > 1 else ''}, {len(pairs)} pairs"
        for percent in _PERCENTS:
            without, beside = np.percentile(pairs, percent, axis=0)
            growth, low, high = percentile_growth(pairs, percent)
            rows.append(
                (
                    f"{label}: p{percent} ms",
                    f"{without:.2f}",
                    f"{beside:.2f}",
                    f"{growth:+.1%} ({low:+.1%} to {high:+.1%})",
                )
            )
    for percent in _PERCENTS:
        without, beside = (float(np.percentile(each, percent)) for each in verdicts)
        numbers = " and ".join(str(len(each)) for each in verdicts)
        rows.append(
            (
                f"verdict, {numbers}: p{percent} ms",
                f"{without:.2f}",
                f"{beside:.2f}",
                f"{beside / without - 1:+.1%}",
            )
        )
    return table(("latency", "without", "with", "growth (95 % interval)"), rows)
