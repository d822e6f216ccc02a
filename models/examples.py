"""Labelled tweets, to train on and to judge by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

POSITIVE, NEGATIVE, NEUTRAL = 1, 0, -1
"""Labels of tweets."""


@dataclass(frozen=True)
class Examples:
    """Texts with labels, shape (n,), int8: POSITIVE, NEGATIVE or NEUTRAL.

    ``shares``, float32, are soft labels. A model learns them instead of ``labels``:

    - shape (n, 3): shares of readers who call the text negative, neutral and positive. An unknown
      neutral share is NaN. The other two shares are then P(negative) and P(positive), and a neutral
      reader counts as half in each;
    - shape (n, 2): P(negative) and P(positive), for instance from a teacher (Hinton, Vinyals &
      Dean, "Distilling the knowledge in a neural network", 2015).

    Raises ValueError if the arrays do not have one row a text.
    """

    texts: list[str]
    labels: NDArray[np.int8]
    shares: FloatArray | None = None

    def __post_init__(self) -> None:
        for labels in (self.labels, self.shares):
            if labels is not None and len(self.texts) != len(labels):
                raise ValueError(f"{len(self.texts)} texts but {len(labels)} labels")

    @property
    def targets(self) -> FloatArray:
        """``shares``, or one-hot labels: negative, positive, shape (n, 2), float32."""
        if self.shares is not None:
            return self.shares
        positive = (self.labels == POSITIVE).astype(np.float32)
        return np.stack([1 - positive, positive], axis=1)

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        """The examples with these indices, in this order."""
        shares = None if self.shares is None else self.shares[rows]
        return Examples([self.texts[row] for row in rows], self.labels[rows], shares)

    def __len__(self) -> int:
        return len(self.texts)
