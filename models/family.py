"""What a family of models is: how it is trained, saved and loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from models.scorer import FloatArray

Backend = Literal["native", "onnx"]
"""``native``: the framework that trained, on a GPU where there is one; ``onnx``: ONNX Runtime on
the CPU, without loading that framework. A family of one backend answers to both names."""
BACKENDS: tuple[Backend, ...] = ("native", "onnx")


@dataclass(frozen=True)
class Examples:
    """Labelled tweets: ``labels`` has shape (n,), int8, 1 for positive and 0 for negative."""

    texts: list[str]
    labels: NDArray[np.int8]

    def __post_init__(self) -> None:
        if len(self.texts) != len(self.labels):
            raise ValueError(f"{len(self.texts)} texts but {len(self.labels)} labels")

    def __len__(self) -> int:
        return len(self.texts)


class Classifier(Protocol):
    """A trained network or pipeline, before calibration."""

    checkpoint: str
    """Name of what really answers, such as ``all-MiniLM-L6-v2``."""

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        """Uncalibrated log-odds of *positive*, shape (n,), float32."""
        ...

    def save(self, folder: Path) -> None:
        """Write the weights for every backend into an empty folder, in formats without code."""
        ...


class Monitor(Protocol):
    """Follows a training as it goes."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


class Family(Protocol):
    """One way of classifying tweets; the registry lists them by name."""

    name: str
    summary: str
    uses_gpu: bool

    @property
    def options(self) -> type[BaseModel]:
        """Hyperparameters and their defaults; training makes command line options of the fields."""
        ...

    def fit(
        self, train: Examples, validation: Examples, options: Any, seed: int, monitor: Monitor
    ) -> Classifier: ...

    def load(self, folder: Path, backend: Backend, threads: int) -> Classifier:
        """What was saved; scoring takes at most ``threads`` threads."""
        ...
