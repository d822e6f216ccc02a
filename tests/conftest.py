import os

from tests.champions import NOTHING_SENT

os.environ.update(NOTHING_SENT)

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.champions import REPOSITORY, Workplace, trained_workplace
from tests.servers import Server, own_home

# No test asserts on time, and CI tries the same examples each time.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def trained(request: pytest.FixtureRequest) -> Workplace:
    """A workplace with a champion of every family, trained on the embedded data set."""
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
