from collections.abc import Callable, Iterator
from functools import cache

import httpx
import pytest

from tests.support.package_servers import start_package_server
from tests.support.servers import Server, Service

__all__ = ["start_package_server"]

PLACEMENTS = ("inline", "service")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service" in metafunc.fixturenames:
        image = metafunc.config.getoption("--image")
        places = [image] if image else PLACEMENTS
        metafunc.parametrize("service", places, indirect=True, scope="package")


@pytest.fixture(scope="package")
def start_service(request: pytest.FixtureRequest) -> Callable[[str], Service]:
    """Starts a service for each placement once. pytest alternates between the placements."""

    @cache
    def start(place: str) -> Service:
        if place in PLACEMENTS:
            started: Service = request.getfixturevalue("start_package_server")(
                cache_texts="0", runners=place
            )
        else:
            started = request.getfixturevalue("start_container")(cache_texts="0", api_workers="1")
        return started

    return start


@pytest.fixture(scope="package")
def service(request: pytest.FixtureRequest, start_service: Callable[[str], Service]) -> Service:
    """All families without a cache: in the API worker, in runner services, or in a container of
    ``--image``.
    """
    return start_service(request.param)


@pytest.fixture(scope="package")
def server(service: Service) -> Server:
    """The service, for a test that reads its files."""
    if not isinstance(service, Server):
        pytest.skip("the files of the service are in a container")
    return service


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
