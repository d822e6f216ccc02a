import os

from tests.support.champions import NOTHING_SENT

os.environ.update(NOTHING_SENT)

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.champions import Workplace, trained_workplace
from tests.support.containers import Engine, StartContainer, container_starter
from tests.support.kinds import guarded, mark_kind
from tests.support.servers import Server, StartServer, server_starter

# Deadlines fail on a slow machine. CI draws the same examples in every run.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--image", help="test a container of this image instead of a server process")
    parser.addoption("--engine", default="docker", help="container engine: docker or podman")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark_kind(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with guarded(item):
        return (yield)


@pytest.fixture(scope="session")
def trained(request: pytest.FixtureRequest) -> Workplace:
    """A workplace with a champion of every family, trained on the embedded data set."""
    if request.config.getoption("--image"):
        pytest.skip("the image has its own champions")
    return trained_workplace(request.config.cache.mkdir("champions"))


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """An empty workplace."""
    return Workplace(tmp_path)


@pytest.fixture
def start_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Starts servers of the champions. They stop at the end of the test."""
    yield from server_starter(trained, tmp_path_factory.mktemp)


@pytest.fixture(scope="module")
def start_module_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Starts servers of the champions. They stop at the end of the test module."""
    yield from server_starter(trained, tmp_path_factory.mktemp)


@pytest.fixture(scope="session")
def baseline_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of the family that starts fastest, for tests that do not depend on its settings.

    A test that damages files, counts from zero or exhausts a limit starts its own server.
    """
    with contextmanager(server_starter)(trained, tmp_path_factory.mktemp) as start:
        yield start(models="baseline", runners="inline")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def image(request: pytest.FixtureRequest) -> str:
    """The name of the image under test."""
    name: str = request.config.getoption("--image")
    return name


@pytest.fixture(scope="session")
def start_container(engine: Engine, image: str) -> Iterator[StartContainer]:
    """Starts containers of the image. They are removed at the end of the test run."""
    yield from container_starter(engine, image)
