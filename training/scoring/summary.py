"""The summary of a bulk scoring: counts, shares, and the distribution of the probabilities."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.answers import LABELS
from training.scoring.scored_parts import ScoredPart
from training.scoring.scored_texts import DOUBT_CODES

BINS = 50
"""Bins of the distribution, of equal width from 0 to 1."""


def _zeros(size: int) -> NDArray[np.int64]:
    return np.zeros(size, dtype=np.int64)


@dataclass
class Summary:
    """Counts of all rows so far.

    - ``rows``: scored rows, of which a killed run had written ``resumed``; ``bad_rows``;
    - ``scored_texts``: texts that a model scored; other rows repeat one of them;
    - ``labels``: rows by label, shape (2,), in the order of ``LABELS``;
    - ``doubts``: rows by doubt, shape (5,), in the order of ``DOUBT_CODES``;
    - ``distribution``: rows by probability of positive, shape (BINS,);
    - ``seconds``: from the start of the command.
    """

    rows: int = 0
    resumed: int = 0
    bad_rows: int = 0
    scored_texts: int = 0
    labels: NDArray[np.int64] = field(default_factory=lambda: _zeros(len(LABELS)))
    doubts: NDArray[np.int64] = field(default_factory=lambda: _zeros(len(DOUBT_CODES)))
    distribution: NDArray[np.int64] = field(default_factory=lambda: _zeros(BINS))
    seconds: float = 0.0

    def add(self, scored: ScoredPart) -> None:
        """Count the rows of a part."""
        answers = scored.answers
        self.rows += len(answers)
        self.resumed += len(answers) * scored.resumed
        self.bad_rows += len(scored.part.bad_rows)
        self.scored_texts += len(scored.new_answers)
        self.labels += np.bincount(answers.labels, minlength=len(LABELS))
        self.doubts += np.bincount(answers.doubts, minlength=len(DOUBT_CODES))
        self.distribution += np.histogram(answers.probabilities, BINS, (0.0, 1.0))[0]

    @property
    def rate(self) -> float:
        """Rows per second of this run, without the rows of a killed run."""
        return (self.rows - self.resumed) / self.seconds if self.seconds else 0.0
