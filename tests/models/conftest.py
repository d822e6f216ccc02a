"""A small model of each family, and the champions."""

from pathlib import Path

import pytest

from models.baseline.classifier import BaselineClassifier
from models.baseline.family import Baseline
from models.baseline.options import BaselineOptions
from models.distilbert.classifier import DistilBertClassifier
from models.family import Classifier
from models.lstm.classifier import LstmClassifier
from models.registry import FAMILIES
from tests.support.champions import Workplace
from tests.support.models.behaviour_rates import BEHAVIOUR_RATES, write_behaviour_rates
from tests.support.models.fitting import NullMonitor, rated_examples
from tests.support.models.networks import random_lstm, random_transformer


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> BaselineClassifier:
    """A baseline fitted on 60 invented sentences with shares of readers."""
    examples, work = rated_examples(), tmp_path_factory.mktemp("work")
    return Baseline().fit(examples, examples, BaselineOptions(), 7, NullMonitor(), work)


@pytest.fixture(scope="session")
def lstm() -> LstmClassifier:
    return random_lstm("bilstm")


@pytest.fixture(scope="session")
def distilbert() -> DistilBertClassifier:
    return random_transformer()


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
    if rates := config.stash.get(BEHAVIOUR_RATES, {}):
        write_behaviour_rates(terminalreporter, rates)
