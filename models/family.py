"""What a family of models is: how it is trained, saved and loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypedDict, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from models.arrays import FloatArray

Backend = Literal["native", "onnx"]
"""``native``: the framework that trained, on a GPU where there is one; ``onnx``: ONNX Runtime on
the CPU, without loading that framework. A family of one backend answers to both names."""
BACKENDS: tuple[Backend, ...] = ("native", "onnx")


class Interrupted(Exception):  # noqa: N818 it is no error: the same training goes on later
    """A training was asked to end; what it has done is kept."""


POSITIVE, NEGATIVE, NEUTRAL = 1, 0, -1
"""Labels of tweets."""


@dataclass(frozen=True)
class Examples:
    """Labelled tweets: ``labels`` has shape (n,), int8, of POSITIVE, NEGATIVE and NEUTRAL.

    ``shares``, float32, where there are any, are to be learned in place of the labels:

    - shape (n, 3): shares of readers who call the text negative, neutral and positive. Where the
      neutral share is unknown it is NaN, and the other two are P(negative) and P(positive), in
      which a neutral reader counts as half;
    - shape (n, 2): P(negative) and P(positive), such as those of a teacher (Hinton, Vinyals &
      Dean, 2015).
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
        """The shares to be learned, float32: (n, 3), or (n, 2) of negative and positive."""
        if self.shares is not None:
            return self.shares
        positive = (self.labels == POSITIVE).astype(np.float32)
        return np.stack([1 - positive, positive], axis=1)

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        shares = None if self.shares is None else self.shares[rows]
        return Examples([self.texts[row] for row in rows], self.labels[rows], shares)

    def __len__(self) -> int:
        return len(self.texts)


Read = TypeVar("Read")


@dataclass(frozen=True)
class Tokens(Generic[Read]):
    """What a classifier reads of texts, one item a text, and what it does not know of them.

    ``unknown``: share of each text's tokens that the classifier does not know, shape (n,), float32.
    """

    read: Sequence[Read]
    unknown: FloatArray


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

    def tokenize(self, texts: Sequence[str]) -> Tokens[Any]:
        """What the network or pipeline reads of the texts, for ``score``."""
        ...

    def score(self, tokens: Tokens[Any]) -> FloatArray:
        """Uncalibrated logits of tokenized texts, shape (n, k), float32.

        k is 3 for a model of shares of readers (negative, neutral, positive), and 2 for a model of
        two classes (negative, positive).
        """
        ...

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Uncalibrated logits, shape (n, k), float32: ``score`` of ``tokenize``."""
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


@dataclass(frozen=True)
class Bootstrap:
    """How a family is trained on the embedded data set: in minutes, on two cores.

    ``source_rows``: most training texts of each source; None for all.
    """

    options: BaseModel
    source_rows: int | None = None


class Family(Protocol):
    """One way of classifying tweets; the registry lists them by name."""

    name: str
    summary: str
    uses_gpu: bool
    linear: bool
    """Whether logits are sums over words: its classifiers are ``LinearClassifier``."""

    packages: tuple[str, ...]
    """Packages that its models need when they are loaded, besides the packages of all families."""

    @property
    def options(self) -> type[BaseModel]:
        """Hyperparameters and their defaults; training makes command line options of the fields."""
        ...

    def bootstrap(self) -> Bootstrap: ...

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: Any,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> Classifier:
        """Train on ``train.targets``; ``validation.targets`` decide when it is enough.

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
