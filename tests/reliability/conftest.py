"""The soak takes ten minutes. Of parallel pytest workers one begins with the soak."""

import pytest

from tests.reliability.restrictions import RESTRICTIONS
from tests.support.servers import Server, StartServer


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != "test_soak.py")


@pytest.fixture(scope="session")
def restricted_server(start_lasting_server: StartServer) -> Server:
    """A server of two workers with ``RESTRICTIONS``."""
    return start_lasting_server(
        models="baseline", runners="inline", api_workers="2", **RESTRICTIONS
    )
