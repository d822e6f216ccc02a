from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import StartServer
from tests.servers import Server


@pytest.fixture(scope="session", params=["inline", "service"])
def server(request: pytest.FixtureRequest, start_lasting_server: StartServer) -> Server:
    """All families, inside the API worker and in runner services; every text is scored anew."""
    return start_lasting_server(runners=request.param, cache_texts="0")


@pytest.fixture(scope="session")
def baseline_server(start_lasting_server: StartServer) -> Server:
    """The family that starts fastest, where the family does not matter."""
    return start_lasting_server(models="baseline", runners="inline")


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client
