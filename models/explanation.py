"""Which words of a tweet pulled its prediction which way.

Weights are in calibrated log-odds of a positive against a negative reader: a weight above zero
pulls towards positive. Tokens are pieces of the text as it was written: joined
they give it back, white space aside. Two methods, by family:

- **Exact contributions** where a family is linear: its log-odds are a sum over n-grams, and each
  n-gram's part is shared by the words that it was read from
  (``models.baseline.contributions``). The weights add up to the log-odds of the
  text less the log-odds of an empty text, to within 0.001.
- **Leave-one-out** for the others: the weight of a token is what the log-odds lose without it, by
  the scorer that serves (J. Li, W. Monroe & D. Jurafsky, "Understanding neural networks through
  representation erasure", 2016). Words act together, so that these weights need not add up to
  anything. At most 30 variants are scored: a text of more words is taken by groups of neighbours.

A scorer answers with shares of readers in float32, from which log-odds are read back: exact to
0.001, and held within ±30.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.shares import log_ratio

MOST_VARIANTS = 30

_WORD = re.compile(r"\S+")


@runtime_checkable
class LinearClassifier(Protocol):
    """A classifier whose logits are sums over the words of a text."""

    def contributions(self, words: Sequence[str]) -> FloatArray:
        """What each word adds to the uncalibrated log-odds, shape (n,), float32.

        The log-odds are those of positive against negative.

        With the log-odds of an empty text they add up to those of the words joined by spaces.
        """
        ...


@dataclass(frozen=True)
class LeaveOneOut:
    """A text's ``tokens``, and ``texts``: the text itself, then what it is without each of them."""

    tokens: list[str]
    texts: list[str]

    def weights(self, shares: FloatArray) -> FloatArray:
        """The tokens' weights, shape (n,), float32, from the shares of ``texts``, (n + 1, 3)."""
        log_odds = log_ratio(shares)
        return np.asarray(log_odds[0] - log_odds[1:], dtype=np.float32)


def leave_one_out(text: str) -> LeaveOneOut:
    """The variants of a text to be scored in one batch, 1 + 30 at most."""
    words = list(_WORD.finditer(text))
    groups = min(len(words), MOST_VARIANTS)
    bounds = [round(group * len(words) / groups) for group in range(groups + 1)] if groups else []
    spans = [(words[first].start(), words[end - 1].end()) for first, end in pairwise(bounds)]
    return LeaveOneOut(
        tokens=[text[start:end] for start, end in spans],
        texts=[text, *(text[:start] + text[end:] for start, end in spans)],
    )


def split_words(text: str) -> list[str]:
    """The words of a text, of which ``contributions`` gives the weights."""
    return _WORD.findall(text)


def contributions(scorer: CalibratedScorer, text: str) -> FloatArray:
    """Exact weights of ``split_words(text)``, shape (n,), float32, of a linear classifier."""
    classifier = scorer.classifier
    if not isinstance(classifier, LinearClassifier):
        raise TypeError(f"{classifier.checkpoint} is not linear: it has no exact contributions")
    weights = scorer.calibration.scale * classifier.contributions(split_words(text))
    return np.asarray(weights, dtype=np.float32)
