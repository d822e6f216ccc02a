"""Ratings of readers: the numbers of a cell, the middle of their scale, and soft labels."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from training.errors import DataError

_SEPARATOR = re.compile(r"[\s,;|/]+")
# Distance of a mean rating from the middle, as a share of half the scale, that makes a side: 0.3 on
# the scale from -4 to 4 of the embedded ratings.
_LEAST_DISTANCE = 0.3 / 4


@dataclass(frozen=True)
class Scale:
    """The lowest and the highest rating, and the neutral middle."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def label(self, ratings: Sequence[float]) -> int:
        """POSITIVE, NEGATIVE or NEUTRAL, by the mean of the ratings."""
        distance = (float(np.mean(ratings)) - self.middle) / (self.high - self.low) * 2
        if abs(distance) <= _LEAST_DISTANCE:
            return NEUTRAL
        return POSITIVE if distance > 0 else NEGATIVE

    def shares(self, ratings: Sequence[float]) -> tuple[float, float, float]:
        """Shares of ratings below, at and above the middle. A single number counts as its label."""
        if len(ratings) == 1:
            label = self.label(ratings)
            return float(label == NEGATIVE), float(label == NEUTRAL), float(label == POSITIVE)
        values = np.asarray(ratings)
        below, above = (values < self.middle).mean(), (values > self.middle).mean()
        return float(below), float(1 - below - above), float(above)


def parse_ratings(value: Any) -> list[float] | None:
    """The numbers of a cell: 4, "4", [1, -2], "[1, -2]", "1 -2" or "1;-2"; None if there is none.

    Raises ValueError for a cell that holds anything else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        value = json.loads(text) if text.startswith("[") else _SEPARATOR.split(text)
    numbers = [float(part) for part in (value if isinstance(value, list) else [value])]
    if not numbers or any(map(math.isnan, numbers)):
        return None
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a rating is infinite")
    return numbers


def guess_scale(low: float, high: float, column: str) -> Scale:
    """The scale of ratings between ``low`` and ``high``.

    With negative ratings, the scale is symmetric about 0. Ratings from 0 to 1, from 1 to 5 and from
    1 to 10 have their own. Raises ``DataError`` for others.
    """
    if low < 0:
        most = max(-low, high)
        return Scale(-most, most)
    for scale in (Scale(0, 1), Scale(1, 5), Scale(1, 10)):
        if scale.low <= low and high <= scale.high:
            return scale
    raise DataError(
        f"the ratings of the column {column} go from {low:g} to {high:g}, and their middle is "
        "unclear: use a scale from -n to n, 0 to 1, 1 to 5 or 1 to 10, or give --label-column "
        "with --negative, --neutral and --positive"
    )
