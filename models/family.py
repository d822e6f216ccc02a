"""The protocol of a family of models, and how to add a family.

A family is a way of classifying tweets, such as an LSTM on word vectors. To add one:

1. Make a folder ``models/<name>/`` with three modules:

   - ``options.py``: a pydantic model of the hyperparameters. Every field has a default and a
     description. Training makes a command line option of each, and tunes the fields that carry a
     range of ``models.search_ranges``.
   - ``classifier.py``: a class with the methods of ``Classifier``.
   - ``family.py``: a class with the attributes and methods of ``Family``. Import the framework
     (torch, TensorFlow) inside of the methods: every process imports every family.

2. Add an instance of the class to ``_FAMILIES`` in ``models/registry.py``: one line.
3. Add the folder to the "layers of models" in ``pyproject.toml``, beside the other families.

Training, promotion, the service, the schema of ``/predict`` and the tests find the family in the
registry. Two protocols are optional:

- ``models.explanation.LinearClassifier``, for a classifier whose logits are sums over words. The
  family then sets ``linear`` to true.
- ``Quantizable``, for a family whose ONNX graph can be quantized to 8-bit integers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from models.arrays import FloatArray
from models.examples import Examples

Backend = Literal["native", "onnx"]
"""``native``: the framework that trained, on a GPU if there is one. ``onnx``: ONNX Runtime on
the CPU, without loading that framework. A family with one backend serves it under both names."""
BACKENDS: tuple[Backend, ...] = ("native", "onnx")

Input = TypeVar("Input")


class Interrupted(Exception):  # noqa: N818 an interruption is no error: training resumes later
    """A training was asked to stop. Its checkpoints are kept."""


@dataclass(frozen=True)
class Tokens(Generic[Input]):
    """Tokenized texts: the classifier's ``inputs``, one item a text.

    ``unknown``: share of each text's tokens that the classifier does not know, shape (n,), float32.
    """

    inputs: Sequence[Input]
    unknown: FloatArray


class Classifier(Protocol):
    """A trained network or pipeline, before calibration."""

    checkpoint: str
    """Name of the network that answers, such as ``all-MiniLM-L6-v2``."""

    def tokenize(self, texts: Sequence[str]) -> Tokens[Any]:
        """The inputs of ``score``."""
        ...

    def score(self, tokens: Tokens[Any]) -> FloatArray:
        """Uncalibrated logits, shape (n, k), float32.

        k = 3 if the model was trained on shares of readers (negative, neutral, positive), and k = 2
        if the model was trained on two classes (negative, positive).
        """
        ...

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """``score`` of ``tokenize``: uncalibrated logits, shape (n, k), float32."""
        ...

    def save(self, folder: Path) -> None:
        """Write the weights for every backend into an empty folder, in formats without code.

        Raises ValueError if the classifier was loaded from a format that cannot be saved again.
        """
        ...


class Monitor(Protocol):
    """Receives the progress of a training."""

    def batch(self, epoch: int, done: int, total: int) -> None:
        """Called after each step. Raises ``Interrupted`` if the training shall stop."""
        ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Called after each epoch, or evaluation, with the metrics by name."""
        ...


@dataclass(frozen=True)
class Bootstrap:
    """How ``python -m training bootstrap`` trains a family: within minutes on two cores.

    ``source_rows``: maximum of training texts from each source. None: all.
    """

    options: BaseModel
    source_rows: int | None = None


class Family(Protocol):
    """A way of classifying tweets. The docstring of this module explains how to add one."""

    name: str
    """Lower-case name in the registry, on the command line, in requests and in file names."""

    summary: str
    """One line for the help of the command line."""

    uses_gpu: bool
    """Whether the native backend computes on a GPU."""

    linear: bool
    """Whether logits are sums over words: classifiers are ``LinearClassifier``."""

    packages: tuple[str, ...]
    """Packages that loading a model needs, beyond the packages of all families."""

    @property
    def options(self) -> type[BaseModel]:
        """The class of the hyperparameters."""
        ...

    def bootstrap(self) -> Bootstrap:
        """Options and number of texts of a first training."""
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
        """Train on ``train.targets``. Stop early by the loss on ``validation.targets``.

        ``options`` is an instance of ``self.options``. ``work`` is a folder for checkpoints. If
        ``work`` holds checkpoints of an interrupted training, the training resumes from them.
        Raises ``Interrupted`` if ``monitor`` does, and ValueError for unusable options.
        """
        ...

    def load(self, folder: Path, backend: Backend, threads: int) -> Classifier:
        """The classifier that ``save`` wrote into ``folder``.

        Scoring uses up to ``threads`` threads. Raises ``NetworkError`` of
        ``models.inference.onnx_session`` if ONNX Runtime cannot run the network.
        """
        ...


@runtime_checkable
class Quantizable(Protocol):
    """A family with an ONNX graph that can be quantized to 8-bit integers.

    ``load`` prefers the quantized graph for the backend ``onnx``.
    """

    def quantize(self, folder: Path, texts: Sequence[str]) -> Path | None:
        """Write the quantized graph into ``folder`` beside the weights. Returns its path.

        ``texts`` calibrate it. Returns None if no product of the graph can be quantized. Raises
        ``models.inference.onnx_session.NetworkError`` if ONNX Runtime cannot run the graph.
        """
        ...
