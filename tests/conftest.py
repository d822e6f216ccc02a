import os

from tests.support.champions import NOTHING_SENT

os.environ.update(NOTHING_SENT)

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.champions import REPOSITORY, Workplace, trained_workplace
from tests.support.containers import Container, Engine
from tests.support.servers import Server, own_home

# No test asserts on time, and CI tries the same examples each time.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

StartServer = Callable[..., Server]
StartContainer = Callable[..., Container]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--image", help="have tests of a service try a container of this image")
    parser.addoption("--engine", default="docker", help="what runs the container: docker or podman")


@pytest.fixture(scope="session")
def trained(request: pytest.FixtureRequest) -> Workplace:
    """A workplace with a champion of every family, trained on the embedded data set."""
    if request.config.getoption("--image"):
        pytest.skip("the image has champions of its own")
    return trained_workplace(request.config.cache.mkdir("champions"))


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """An empty workplace."""
    return Workplace(tmp_path)


@pytest.fixture
def start_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Starts servers of the trained champions with settings of the test's own, until its end."""
    yield from _servers(trained, tmp_path_factory)


@pytest.fixture(scope="session")
def start_lasting_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """The same for servers that several tests share."""
    yield from _servers(trained, tmp_path_factory)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def image(request: pytest.FixtureRequest) -> str:
    """The image under test."""
    name: str = request.config.getoption("--image")
    return name


@pytest.fixture(scope="session")
def start_container(engine: Engine, image: str) -> Iterator[StartContainer]:
    """Starts containers with settings of the test's own; they last until the tests' end."""
    containers: list[Container] = []

    def start(volume: str | None = None, **settings: str) -> Container:
        if volume is None:
            volume = engine.run("volume", "create").stdout.strip()
        container = Container(engine, image, volume, settings)
        containers.append(container)
        return container.start()

    yield start
    for container in containers:
        container.remove()
    engine.run("volume", "rm", "--force", *{container.volume for container in containers})


def _servers(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    servers: list[Server] = []

    def start(
        *,
        ready: bool = True,
        store: Path | None = None,
        bento: str = "service:SentimentService",
        working_folder: Path = REPOSITORY,
        **settings: str,
    ) -> Server:
        folder = tmp_path_factory.mktemp("server")
        environment = {
            **trained.environment,
            "BENTOML_HOME": str(own_home(folder, store or trained.home)),
            "SENTIMENT_DATA_DIR": str(folder / "data"),
            # A worker a core, the default, would only have most tests wait for longer.
            "SENTIMENT_API_WORKERS": "1",
            **{f"SENTIMENT_{name.upper()}": value for name, value in settings.items()},
        }
        server = Server(bento, working_folder, environment, folder / "server.log")
        servers.append(server)
        if ready:
            server.start()
        else:
            server.launch()
        return server

    yield start
    for server in servers:
        server.stop()
