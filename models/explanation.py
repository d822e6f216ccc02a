"""Explanation of a prediction: a weight for each token of the tweet.

Weights are differences of calibrated log-odds, positive against negative readers. A weight above
zero pulls towards positive. Tokens are pieces of the original text. Joined, the tokens are the text
without some of its white space. There are two methods:

- **Exact contributions**, for a linear family. The log-odds are a sum over the words, and the
  weights add up to the log-odds of the text minus those of an empty text, to within 0.001.
- **Leave-one-out**, for the other families. The weight of a token is the log-odds of the text minus
  those of the text without the token (J. Li, W. Monroe & D. Jurafsky, "Understanding neural
  networks through representation erasure", 2016). Words interact, so that the sum of the weights
  has no meaning. At most 30 variants are scored: in a longer text, a token is a group of
  neighbouring words.

The log-odds are computed from shares in float32. They are exact to 0.001 and lie within ±30.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np

from models.arrays import FloatArray
from models.artifacts.folder import CalibratedScorer
from models.reader_shares import log_ratio

MAX_VARIANTS = 30

_WORD = re.compile(r"\S+")


@runtime_checkable
class LinearClassifier(Protocol):
    """A classifier whose logits are sums over the words of a text."""

    def contributions(self, words: Sequence[str]) -> FloatArray:
        """Contribution of each word to the uncalibrated log-odds, shape (n,), float32.

        The log-odds are those of positive against negative. The contributions add up to the
        log-odds of the words joined by spaces, minus the log-odds of an empty text.
        """
        ...


@dataclass(frozen=True)
class LeaveOneOut:
    """The ``tokens`` of a text, and ``texts``: the text, then the text without each token."""

    tokens: list[str]
    texts: list[str]

    def weights(self, shares: FloatArray) -> FloatArray:
        """Weights of the tokens, shape (n,), float32, from the shares of ``texts``, (n + 1, 3)."""
        log_odds = log_ratio(shares)
        return np.asarray(log_odds[0] - log_odds[1:], dtype=np.float32)


def leave_one_out(text: str) -> LeaveOneOut:
    """The text and its variants, at most 1 + 30, to be scored in one batch."""
    words = list(_WORD.finditer(text))
    groups = min(len(words), MAX_VARIANTS)
    bounds = [round(group * len(words) / groups) for group in range(groups + 1)] if groups else []
    spans = [(words[first].start(), words[end - 1].end()) for first, end in pairwise(bounds)]
    return LeaveOneOut(
        tokens=[text[start:end] for start, end in spans],
        texts=[text, *(text[:start] + text[end:] for start, end in spans)],
    )


def split_words(text: str) -> list[str]:
    """The tokens of ``contributions``: the words between white space."""
    return _WORD.findall(text)


def contributions(scorer: CalibratedScorer, text: str) -> FloatArray:
    """Exact weights of ``split_words(text)``, shape (n,), float32.

    Raises TypeError if the classifier is not linear.
    """
    classifier = scorer.classifier
    if not isinstance(classifier, LinearClassifier):
        raise TypeError(f"{classifier.checkpoint} is not linear: it has no exact contributions")
    weights = scorer.calibration.scale * classifier.contributions(split_words(text))
    return np.asarray(weights, dtype=np.float32)
