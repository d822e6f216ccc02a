from collections.abc import Iterator

import httpx
import pytest

from tests.support.servers import Server, Service, StartServer

PLACEMENTS = ("inline", "service")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service" in metafunc.fixturenames:
        image = metafunc.config.getoption("--image")
        places = [image] if image else PLACEMENTS
        metafunc.parametrize("service", places, indirect=True, scope="session")


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Service:
    """A service of all families without a cache of scores.

    It scores inside the API worker or in runner services, or it is a container of ``--image``.
    """
    if request.param in PLACEMENTS:
        start = request.getfixturevalue("start_lasting_server")
        settings = {"runners": request.param}
    else:
        start = request.getfixturevalue("start_container")
        settings = {"api_workers": "1"}
    started: Service = start(cache_texts="0", **settings)
    return started


@pytest.fixture(scope="session")
def server(service: Service) -> Server:
    """The service, for a test that reads its files."""
    if not isinstance(service, Server):
        pytest.skip("the files of the service are in a container")
    return service


@pytest.fixture(scope="session")
def baseline_server(start_lasting_server: StartServer) -> Server:
    """A server of the baseline, the family with the shortest start-up."""
    return start_lasting_server(models="baseline", runners="inline")


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
