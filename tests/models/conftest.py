"""Small models of every family, and the table of what the champions were found to know."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from models.arrays import FloatArray
from models.baseline.family import Baseline, BaselineClassifier
from models.baseline.options import BaselineOptions
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from models.distilbert.family import DistilBertClassifier
from models.family import NEGATIVE, NEUTRAL, POSITIVE, Classifier, Examples
from models.lstm.family import LstmClassifier
from models.lstm.network import NetworkName
from models.registry import FAMILIES
from tests.support.champions import Workplace

CALIBRATION = Calibration(scale=1.25, biases=(0.0, 0.25, -0.5))
DECISION = Decision(threshold=0.6, low=0.25, high=0.875, precision=0.95, coverage=0.5)
SENTENCES = (
    "Boarding was quick and the crew smiled all the way",
    "Three hours on the tarmac and not one word from the pilot :(",
    "ok",
    "",
    "@AirParadis the seats are great, the coffee isn't! https://airparadis.com/coffee",
    "I will never again fly with a company that loses my bag twice in one week " * 3,
    "merci 😍 #BestFlight",
)

_SUBJECTS = ("the crew", "my seat", "this flight", "boarding", "the lounge")
_PRAISE = ("was lovely", "is wonderful", "made me happy", "could not be better")
_COMPLAINTS = ("was awful", "is a disgrace", "made me angry", "took hours of waiting")
_FACTS = ("is at gate 12", "has a number", "was moved to noon", "is listed on the screen")
# Shares of readers who call a sentence negative, neutral and positive.
_READ_AS = {POSITIVE: (0.05, 0.15, 0.8), NEGATIVE: (0.75, 0.2, 0.05), NEUTRAL: (0.1, 0.8, 0.1)}

# Keras 3 converts TensorFlow's variables in a way that NumPy 2 warns of.
keras_of_old_numpy = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

BehaviourRates = dict[tuple[str, str], tuple[int, int]]
BEHAVIOUR_RATES = pytest.StashKey[BehaviourRates]()


class Unwatched:
    """A ``Monitor`` that follows nothing."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


def invented_examples() -> Examples:
    """Praise and complaints, 40 sentences of two classes."""
    return _labelled({POSITIVE: _PRAISE, NEGATIVE: _COMPLAINTS})


def read_examples() -> Examples:
    """Praise, complaints and facts, 60 sentences with shares of readers."""
    labelled = _labelled({POSITIVE: _PRAISE, NEGATIVE: _COMPLAINTS, NEUTRAL: _FACTS})
    shares = [_READ_AS[label] for label in labelled.labels.tolist()]
    return replace(labelled, shares=np.array(shares, dtype=np.float32))


def _labelled(verdicts: Mapping[int, Sequence[str]]) -> Examples:
    rows = [
        (f"{subject} {verdict}", label)
        for label, of_label in verdicts.items()
        for subject, verdict in product(_SUBJECTS, of_label)
    ]
    return Examples([text for text, _ in rows], np.array([label for _, label in rows], np.int8))


def ratios(logits: FloatArray) -> FloatArray:
    """Logits of *positive* less those of *negative*, shape (n,), of logits, (n, k)."""
    found: FloatArray = logits[:, -1] - logits[:, 0]
    return found


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> BaselineClassifier:
    """Fitted on 60 invented sentences with shares of readers."""
    examples, work = read_examples(), tmp_path_factory.mktemp("work")
    return Baseline().fit(examples, examples, BaselineOptions(), 7, Unwatched(), work)


def random_lstm(name: NetworkName, classes: int = 3) -> LstmClassifier:
    """A small network of random weights that knows ten words."""
    from models.lstm.network import Architecture, build, keras_forward

    words = ["crew", "seat", "flight", "bag", "love", "hate", "not", "late", "thank", "user"]
    architecture = Architecture(
        network=name,
        checkpoint=f"random-{name}",
        rows=len(words) + 2,
        dimensions=8,
        units=6,
        dropout=0.3,
        max_tokens=24,
        classes=classes,
    )
    network = build(architecture)
    generator = np.random.default_rng(3)
    # Keras begins with biases that are equal in three gates of four: a mix-up would not be seen.
    network.set_weights([generator.normal(0, 0.6, array.shape) for array in network.get_weights()])
    rows = {word: row for row, word in enumerate(words, start=2)}
    return LstmClassifier(keras_forward(network), rows, architecture, network)


@pytest.fixture(scope="session")
def lstm() -> LstmClassifier:
    return random_lstm("bilstm")


@pytest.fixture(scope="session")
def distilbert() -> DistilBertClassifier:
    """A small transformer of random weights with the packaged checkpoint's tokeniser."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from models.distilbert.checkpoints import resolve_checkpoint
    from models.distilbert.family import torch_forward

    source, _ = resolve_checkpoint("all-MiniLM-L6-v2")
    tokenizer = AutoTokenizer.from_pretrained(source).backend_tokenizer
    tokenizer.enable_truncation(48)
    tokenizer.no_padding()
    torch.manual_seed(3)
    # The usual initial weights are so small that every text would score alike.
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
        num_labels=3,
    )
    network = BertForSequenceClassification(config)
    return DistilBertClassifier(torch_forward(network), tokenizer, "random-bert", 3, network)


@pytest.fixture(params=["baseline", "lstm", "distilbert"])
def small_model(request: pytest.FixtureRequest) -> tuple[str, Classifier]:
    """The name of each family, and a small model of it."""
    classifier: Classifier = request.getfixturevalue(request.param)
    return request.param, classifier


@pytest.fixture(scope="session")
def champions(trained: Workplace) -> dict[str, Path]:
    """The folder of each family's champion."""
    return {family: trained.champion(family) for family in FAMILIES}


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BEHAVIOUR_RATES] = {}


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """How many of the behavioural cases each champion passes, by capability."""
    rates = config.stash.get(BEHAVIOUR_RATES, {})
    if not rates:
        return
    families = sorted({family for family, _ in rates})
    capabilities = list(dict.fromkeys(capability for _, capability in rates))
    terminalreporter.section("behaviour of the champions: cases passed")
    terminalreporter.write_line(" " * 24 + "".join(f"{family:>14}" for family in families))
    for capability in capabilities:
        shares = [rates[family, capability] for family in families]
        cells = [f"{passed:>7}/{cases} {passed / cases:4.0%}" for passed, cases in shares]
        terminalreporter.write_line(f"{capability:<24}{''.join(cells)}")


def spread(scores: Sequence[float]) -> float:
    """Largest less smallest: what is compared must differ, or agreeing would prove nothing."""
    return max(scores) - min(scores)
