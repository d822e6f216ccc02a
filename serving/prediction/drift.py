"""Drift of live tweets and predictions from a model's reference.

Each worker counts its own recent predictions by bin, without their texts, and compares the counts
with the model's reference after every 100 predictions.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from models.arrays import FloatArray
from models.artifacts.folder import read_reference
from models.artifacts.store import StoredModel
from models.drift.reference import FEATURES, Binner, Reference
from models.drift.statistics import compare
from serving.metrics import DRIFT_P_VALUE, DRIFT_SCORE

logger = logging.getLogger("bentoml.sentiment")

# Predictions in a full window, in the smallest window that is compared, and between comparisons.
WINDOW = 2000
LEAST = 200
_COMPARE_EVERY = 100
# Every eighth text of a large request is recorded. Recording all would take about 3 % of the
# request's time, and one client's bulk request would fill the window.
STRIDE = 8


class Window:
    """The bins of the last ``size`` tweets and their counts, updated in constant time."""

    def __init__(self, bins: Sequence[int], size: int = WINDOW) -> None:
        self._rows: deque[tuple[int, ...]] = deque()
        self._size = size
        self.counts = [[0] * number for number in bins]

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: tuple[int, ...]) -> None:
        """Add the bins of a tweet, one per feature. A full window drops its oldest tweet."""
        if len(self._rows) == self._size:
            for counts, place in zip(self.counts, self._rows.popleft(), strict=True):
                counts[place] -= 1
        self._rows.append(row)
        for counts, place in zip(self.counts, row, strict=True):
            counts[place] += 1


class DriftWatch:
    """Records the predictions of one model in this worker, and exports their drift."""

    def __init__(self, model: str, reference: Reference) -> None:
        self._reference = reference
        self._binner = Binner(reference)
        self._window = Window([len(reference.histograms[name].counts) for name in FEATURES])
        self._since_compared = 0
        self._scores = [DRIFT_SCORE.labels(model, name) for name in FEATURES]
        self._p_values = [DRIFT_P_VALUE.labels(model, name) for name in FEATURES]
        for score, p_value in zip(self._scores, self._p_values, strict=True):
            score.set(0)
            p_value.set(1)

    def record(self, texts: Sequence[str], probabilities: FloatArray) -> None:
        """Record a request's predictions: ``probabilities`` has shape (n,). Needs an event loop."""
        for index in range(0, len(texts), STRIDE):
            self._window.add(self._binner.bins(texts[index], float(probabilities[index])))
            self._since_compared += 1
        if self._since_compared >= _COMPARE_EVERY and len(self._window) >= LEAST:
            self._since_compared = 0
            asyncio.get_running_loop().call_soon(self.export)

    def export(self) -> None:
        """Compare the window with the reference and set the gauges, which takes 0.1 ms."""
        counts = dict(zip(FEATURES, self._window.counts, strict=True))
        drifts = compare(self._reference, counts).values()
        for drift, score, p_value in zip(drifts, self._scores, self._p_values, strict=True):
            score.set(drift.psi)
            p_value.set(drift.p_value)


def watch(champion: StoredModel) -> DriftWatch | None:
    """The drift watch of a champion; None, with a warning in the log, if it has no reference."""
    reference = read_reference(champion.folder)
    if reference is None:
        logger.warning(
            "%s %s keeps no reference of its training: its drift is not computed until a newer "
            "model is promoted",
            champion.name,
            champion.version,
        )
        return None
    return DriftWatch(champion.name, reference)
