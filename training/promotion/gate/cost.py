"""Checks of cost: latency, memory and size of the candidate, as ratios to the champion's.

Both models score the same texts in turn, one text at a time on one thread. A busy moment of the
machine therefore meets both. The bounds leave room for noise: a model of another size breaks them,
a busy machine does not.
"""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import WEIGHTS
from training.promotion.gate.check import NO_CHAMPION, Check, outcome
from training.promotion.gate.process_memory import measured_bytes

MOST_LATENCY = 1.5
"""Largest median latency, as a ratio to the champion's."""
MOST_MEMORY = 1.25
"""Largest memory of a process with the model, as a ratio to the champion's."""
MOST_SIZE = 1.5
"""Largest size of the weights, as a ratio to the champion's."""

TIMED_TEXTS = 200
_WARM_UP = 10
_MEGABYTE = 1e6


def cost_checks(
    candidate: Path,
    champion: Path | None,
    texts: Sequence[str],
    memory: Sequence[subprocess.Popen[str]],
) -> list[Check]:
    """Latency, memory and size. ``memory``: measuring processes of candidate and champion.

    The processes end before the first text is timed.
    """
    folders = [candidate] if champion is None else [candidate, champion]
    megabytes = [measured_bytes(process) / _MEGABYTE for process in memory]
    sizes = [_weight_bytes(folder) / _MEGABYTE for folder in folders]
    scorers = [load_model(folder, "onnx", threads=1)[1] for folder in folders]
    latencies = [1000 * seconds for seconds in median_latencies(scorers, texts)]
    return [
        _check("latency, median of one text", latencies, MOST_LATENCY, "{:.2f} ms"),
        _check("memory of a process with the model", megabytes, MOST_MEMORY, "{:.0f} MB"),
        _check("size of the weights", sizes, MOST_SIZE, "{:.1f} MB"),
    ]


def median_latencies(scorers: Sequence[CalibratedScorer], texts: Sequence[str]) -> list[float]:
    """Median seconds of each scorer for one text. The scorers take turns at each text."""
    timed = [*texts[:_WARM_UP], *texts[:TIMED_TEXTS]]
    seconds = np.empty((len(timed), len(scorers)))
    for row, text in enumerate(timed):
        # Neither model is always the first, whose text is new to the processor's caches.
        order = range(len(scorers)) if row % 2 else reversed(range(len(scorers)))
        for column in order:
            started = time.perf_counter()
            scorers[column].score([text])
            seconds[row, column] = time.perf_counter() - started
    return [float(median) for median in np.median(seconds[_WARM_UP:], axis=0)]


def _check(name: str, figures: Sequence[float], most: float, form: str) -> Check:
    """A check of the candidate's figure, which is the first, against the champion's."""
    candidate = figures[0]
    if len(figures) == 1:
        return Check(name, candidate, None, "-", "not judged", NO_CHAMPION, form)
    champion = figures[1]
    passed = candidate <= most * champion
    note = (
        f"{form.format(candidate)}, {candidate / champion:.1f} times the champion's "
        f"{form.format(champion)}: choose smaller options of the family, or force the model if its "
        "quality is worth the cost"
    )
    bound = f"≤ {form.format(most * champion)} ({most:g} times the champion's)"
    return Check(name, candidate, champion, bound, outcome(passed), "" if passed else note, form)


def _weight_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / WEIGHTS).rglob("*") if path.is_file())
