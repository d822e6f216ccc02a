"""Pictures of the replay: the share over seven days, and the planted burst."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from demonstrations.crowd_alarm.replay import Alarm, range_values
from tests.support.monitoring.processes import Prometheus

mpl.use("agg")
from matplotlib import pyplot as plt

_SHARE = (
    'sentiment:negative_mentions:increase15m{source=""} / sentiment:mentions:increase15m{source=""}'
)
_USUAL = 'sentiment:negative_mentions:usual_share{source=""}'
_VOLUME = '3 * sentiment:mentions:usual5m{source=""}'


def draw_week(
    prometheus: Prometheus, start: float, days: int, alarms: list[Alarm], path: Path
) -> None:
    """The share of negatives of 15 minutes with its usual band, and the alarms."""
    times, share = range_values(prometheus, _SHARE, start, days, 300)
    when, usual = range_values(prometheus, _USUAL, start, days, 300)
    _, volume = range_values(prometheus, _VOLUME, start, days, 300)
    band = 2 * np.sqrt(usual * (1 - usual) / np.maximum(volume, 1))
    figure, axes = plt.subplots(figsize=(10, 3.2), layout="constrained")
    axes.fill_between(
        _days(when, start), usual - band, usual + band, alpha=0.25, label="usual band"
    )
    axes.plot(_days(times, start), share, linewidth=0.6, label="share of 15 minutes")
    for number, alarm in enumerate(alarms):
        label = "alarm" if not number else None
        axes.axvline((alarm.time - start) / 86400, color="tab:red", linewidth=1, label=label)
    axes.set(xlabel="replayed day", ylabel="negative share", xlim=(0, days), ylim=(0, 1))
    axes.legend(loc="lower right", ncols=3)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_burst(
    prometheus: Prometheus, source: str, first: float, mailed: float, path: Path
) -> None:
    """Negative mentions of 5 minutes around a burst, the expected count, and the mail."""
    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    for name, label in (
        ("increase5m", "negative mentions of 5 minutes"),
        ("expected5m", "expected"),
    ):
        query = f'sentiment:negative_mentions:{name}{{source="{source}"}}'
        times, values = range_values(prometheus, query, first - 360, 0.012, 15)
        axes.plot((times - first) / 60, values, label=label)
    axes.axvline(0, color="tab:gray", label="first complaint")
    axes.axvline((mailed - first) / 60, color="tab:red", label="mail")
    axes.set(xlabel="minutes", ylabel=f"in {source}", ylim=(0, None))
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _days(times: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    return (times - start) / 86400
