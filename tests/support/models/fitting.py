"""Labelled sentences on which tests fit small models, and a monitor of such a fit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from models.examples import NEGATIVE, NEUTRAL, POSITIVE, Examples

_SUBJECTS = ("the crew", "my seat", "this flight", "boarding", "the lounge")
_PRAISE = ("was lovely", "is wonderful", "made me happy", "could not be better")
_COMPLAINTS = ("was awful", "is a disgrace", "made me angry", "took hours of waiting")
_FACTS = ("is at gate 12", "has a number", "was moved to noon", "is listed on the screen")
# Shares of readers who call a sentence negative, neutral and positive.
_SHARES = {POSITIVE: (0.05, 0.15, 0.8), NEGATIVE: (0.75, 0.2, 0.05), NEUTRAL: (0.1, 0.8, 0.1)}


class NullMonitor:
    """A ``Monitor`` that ignores every call."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


def invented_examples() -> Examples:
    """Praise and complaints: 40 sentences of two classes."""
    return _labelled({POSITIVE: _PRAISE, NEGATIVE: _COMPLAINTS})


def rated_examples() -> Examples:
    """Praise, complaints and facts: 60 sentences with shares of readers."""
    labelled = _labelled({POSITIVE: _PRAISE, NEGATIVE: _COMPLAINTS, NEUTRAL: _FACTS})
    shares = [_SHARES[label] for label in labelled.labels.tolist()]
    return replace(labelled, shares=np.array(shares, dtype=np.float32))


def _labelled(verdicts: Mapping[int, Sequence[str]]) -> Examples:
    rows = [
        (f"{subject} {verdict}", label)
        for label, of_label in verdicts.items()
        for subject, verdict in product(_SUBJECTS, of_label)
    ]
    return Examples([text for text, _ in rows], np.array([label for _, label in rows], np.int8))
