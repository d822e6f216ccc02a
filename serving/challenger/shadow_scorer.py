"""Scoring of a challenger in the shadow, in a process that runs on idle processors alone."""

import os
import sys
import time
from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from serving.metrics import SHADOW_SECONDS
from serving.prediction.scoring import COLUMNS, score_texts

THREADS = 1
"""Threads of the scorer: only the thread of a call counts the processor time of the call."""

_LOWEST_PRIORITY = 19


def yield_processor() -> None:
    """Run the later threads of this process only while no other process wants the processor.

    https://man7.org/linux/man-pages/man7/sched.7.html: SCHED_IDLE has a lower weight than the
    lowest priority. A priority that is lower already stays as it is.
    """
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif os.name == "posix":
        os.nice(_LOWEST_PRIORITY)


class ShadowScorer:
    """Scores texts one by one, so that no other text of a batch changes a score.

    The processor seconds of each text are measured. At the lowest priority the duration of a call
    would measure the load of the machine.
    """

    def __init__(self, model: str, scorer: CalibratedScorer, languages: Sequence[str]) -> None:
        self._scorer, self._languages = scorer, languages
        self._seconds = SHADOW_SECONDS.labels(model)

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Scores, shape (n, COLUMNS), float32."""
        scores = np.empty((len(texts), COLUMNS), dtype=np.float32)
        for index, text in enumerate(texts):
            started = time.thread_time()
            scores[index] = score_texts(self._scorer, self._languages, [text])[0]
            self._seconds.observe(time.thread_time() - started)
        return scores
