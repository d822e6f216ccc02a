"""The shared server of this folder. Of parallel pytest workers one begins with the soak."""

import pytest

from tests.reliability.restrictions import RESTRICTIONS
from tests.support.package_servers import start_package_server
from tests.support.servers import Server, StartServer

__all__ = ["start_package_server"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != "test_soak.py")


@pytest.fixture(scope="package")
def restricted_server(start_package_server: StartServer) -> Server:
    """A server of two workers with ``RESTRICTIONS``."""
    return start_package_server(
        models="baseline", runners="inline", api_workers="2", **RESTRICTIONS
    )
