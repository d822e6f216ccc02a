"""The one thing that evaluation, promotion and serving ask of a model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


class Scorer(Protocol):
    """Scores tweets, wherever and on whatever it runs."""

    def score(self, texts: Sequence[str]) -> FloatArray:
        """Calibrated probability of *positive*, shape (n,), float32, in the order of ``texts``."""
        ...
