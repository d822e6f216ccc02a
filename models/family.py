"""What a family of models is: how it is trained, saved and loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypedDict, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from models.scorer import FloatArray

Backend = Literal["native", "onnx"]
"""``native``: the framework that trained, on a GPU where there is one; ``onnx``: ONNX Runtime on
the CPU, without loading that framework. A family of one backend answers to both names."""
BACKENDS: tuple[Backend, ...] = ("native", "onnx")


class Interrupted(Exception):  # noqa: N818 it is no error: the same training goes on later
    """A training was asked to end; what it has done is kept."""


@dataclass(frozen=True)
class Examples:
    """Labelled tweets: ``labels`` has shape (n,), int8, 1 for positive and 0 for negative.

    ``soft_labels``, shape (n,), float32, where there are any, are probabilities of *positive* to
    be learned in place of the labels: those of a teacher (Hinton, Vinyals & Dean, 2015).
    """

    texts: list[str]
    labels: NDArray[np.int8]
    soft_labels: FloatArray | None = None

    def __post_init__(self) -> None:
        for labels in (self.labels, self.soft_labels):
            if labels is not None and len(self.texts) != len(labels):
                raise ValueError(f"{len(self.texts)} texts but {len(labels)} labels")

    @property
    def targets(self) -> FloatArray:
        """What is to be learned: P(positive) of each text, shape (n,), float32."""
        return self.labels.astype(np.float32) if self.soft_labels is None else self.soft_labels

    def __len__(self) -> int:
        return len(self.texts)


class NumberRange(TypedDict):
    """Numbers from ``low`` to ``high``, both included; ``log``: evenly by their logarithm."""

    low: float
    high: float
    log: bool


SearchRange = NumberRange | list[str | int | float | bool]
"""Where tuning looks for an option's value: in a range of numbers, or among these values."""


def searched(low: float, high: float, *, log: bool = False) -> dict[str, Any]:
    """Say of an option's field that tuning searches this range: its ``json_schema_extra``."""
    return {"search": NumberRange(low=low, high=high, log=log)}


def searched_among(*values: str | float | bool) -> dict[str, Any]:
    """Say of an option's field that tuning tries these values: its ``json_schema_extra``."""
    return {"search": list(values)}


class Classifier(Protocol):
    """A trained network or pipeline, before calibration."""

    checkpoint: str
    """Name of what really answers, such as ``all-MiniLM-L6-v2``."""

    def tokenize(self, texts: Sequence[str]) -> Any:
        """What the network or pipeline reads of the texts, for ``score``."""
        ...

    def score(self, tokens: Any) -> FloatArray:
        """Uncalibrated log-odds of *positive*, shape (n,), float32, of tokenized texts."""
        ...

    def log_odds(self, texts: Sequence[str]) -> FloatArray:
        """Uncalibrated log-odds of *positive*, shape (n,), float32: ``score`` of ``tokenize``."""
        ...

    def save(self, folder: Path) -> None:
        """Write the weights for every backend into an empty folder, in formats without code."""
        ...


class Monitor(Protocol):
    """Follows a training as it goes."""

    def batch(self, epoch: int, done: int, total: int) -> None:
        """Told after each step. Raises ``Interrupted`` once the training is asked to end."""
        ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


class Family(Protocol):
    """One way of classifying tweets; the registry lists them by name."""

    name: str
    summary: str
    uses_gpu: bool
    linear: bool
    """Whether log-odds are a sum over words: its classifiers are ``LinearClassifier``."""

    @property
    def options(self) -> type[BaseModel]:
        """Hyperparameters and their defaults; training makes command line options of the fields."""
        ...

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: Any,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> Classifier:
        """Train on ``train.targets``; ``validation`` decides when it is enough.

        ``work`` is a folder for checkpoints. Where an interrupted training left some there, it
        goes on from them.
        """
        ...

    def load(self, folder: Path, backend: Backend, threads: int) -> Classifier:
        """What was saved; scoring takes at most ``threads`` threads."""
        ...


@runtime_checkable
class Quantizable(Protocol):
    """A family whose ONNX graph can do with 8-bit integers: ``load`` takes that where it is."""

    def quantize(self, folder: Path, texts: Sequence[str]) -> Path | None:
        """Write it beside the other weights, fitted to the texts. None where it cannot be had."""
        ...
