"""The precision that a model promises for its confident answers."""

import math
from dataclasses import dataclass

_STEP = 0.01


@dataclass(frozen=True)
class Promise:
    """What a model may promise: a precision from ``least`` to ``precision``.

    A model promises the highest of these precisions, in steps of 0.01, that it is proven to keep
    while at least ``coverage`` of a label's texts are answered confidently. Where none has that
    coverage, it promises the highest precision that it is proven to keep at all. The promise holds
    for traffic in which at least ``share`` of the tweets have the label of the answer.
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
