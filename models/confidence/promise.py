"""The precision that a model promises for its confident answers."""

import math
from dataclasses import dataclass

_STEP = 0.01


@dataclass(frozen=True)
class Promise:
    """Bounds of a model's promise: a precision from ``least`` to ``precision``.

    The precisions fall in steps of 0.01. A model promises the highest proven precision at which at
    least ``coverage`` of a label's texts are answered confidently. If no proven precision has this
    coverage, the model promises the highest proven precision. The promise holds for traffic in
    which at least ``share`` of the tweets have the label of the answer.
    """

    precision: float = 0.95
    least: float = 0.90
    share: float = 0.25
    coverage: float = 0.35

    @property
    def precisions(self) -> list[float]:
        """The precisions to try, falling."""
        steps = math.floor(round((self.precision - self.least) / _STEP, 4))
        return [round(self.precision - step * _STEP, 4) for step in range(max(0, steps) + 1)]


PROMISE = Promise()
