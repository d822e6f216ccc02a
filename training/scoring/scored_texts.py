"""The answers to many texts, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.answers import LABELS, Answer
from models.arrays import FloatArray
from models.confidence.doubt import DOUBTS

DOUBT_CODES = (None, *DOUBTS)
"""Doubts in the order of their codes. Code 0: no doubt."""


@dataclass(frozen=True)
class ScoredTexts:
    """Answers to n texts, 18 bytes each.

    - ``labels``: shape (n,), uint8, an index into ``models.answers.LABELS``;
    - ``probabilities``: P(positive), shape (n,), float32, rounded to six digits;
    - ``readers``: shares of negative, neutral and positive readers, shape (n, 3), float32, rounded
      to six digits; NaN for a model of two classes;
    - ``doubts``: shape (n,), uint8, an index into ``DOUBT_CODES``.
    """

    labels: NDArray[np.uint8]
    probabilities: FloatArray
    readers: FloatArray
    doubts: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def from_answers(cls, answers: Sequence[Answer]) -> Self:
        """The arrays of ``answers``, in their order."""
        unknown = (np.nan,) * 3
        return cls(
            np.array([LABELS.index(each.label) for each in answers], dtype=np.uint8),
            np.array([each.probability for each in answers], dtype=np.float32),
            np.array([each.readers or unknown for each in answers], np.float32).reshape(-1, 3),
            np.array([DOUBT_CODES.index(each.doubt) for each in answers], dtype=np.uint8),
        )

    @classmethod
    def empty(cls, size: int) -> Self:
        """Arrays of ``size`` answers that are still to be filled."""
        return cls(
            np.zeros(size, np.uint8),
            np.zeros(size, np.float32),
            np.zeros((size, 3), np.float32),
            np.zeros(size, np.uint8),
        )

    @classmethod
    def joined(cls, several: Sequence["ScoredTexts"]) -> Self:
        """The answers of ``several`` in one, in their order."""
        return cls(*map(np.concatenate, zip(*(each.columns for each in several), strict=True)))

    def take(self, rows: NDArray[np.int64]) -> "ScoredTexts":
        """The answers at ``rows``, shape (m,)."""
        return ScoredTexts(*(column[rows] for column in self.columns))

    def put(self, rows: NDArray[np.int64], answers: "ScoredTexts") -> None:
        """Write ``answers`` at ``rows``, shape (m,)."""
        for column, values in zip(self.columns, answers.columns, strict=True):
            column[rows] = values

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The arrays, in the order of the fields."""
        return self.labels, self.probabilities, self.readers, self.doubts
