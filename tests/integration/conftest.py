from collections.abc import Iterator

import httpx
import pytest

from tests.support.servers import Server, Service

PLACEMENTS = ("inline", "service")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service" in metafunc.fixturenames:
        image = metafunc.config.getoption("--image")
        places = [image] if image else PLACEMENTS
        metafunc.parametrize("service", places, indirect=True, scope="session")


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Service:
    """All families without a cache: in the API worker, in runner services, or in a container of
    ``--image``.
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


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
