"""The soak takes ten minutes. Of parallel pytest workers one begins with the soak."""

from collections.abc import Iterator

import pytest

from tests.reliability.restrictions import RESTRICTIONS
from tests.support.champions import Workplace
from tests.support.servers import Server, StartServer, server_starter


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != "test_soak.py")


@pytest.fixture(scope="package")
def start_package_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Starts servers of the champions. They stop after the last test of this folder."""
    yield from server_starter(trained, tmp_path_factory.mktemp)


@pytest.fixture(scope="package")
def restricted_server(start_package_server: StartServer) -> Server:
    """A server of two workers with ``RESTRICTIONS``."""
    return start_package_server(
        models="baseline", runners="inline", api_workers="2", **RESTRICTIONS
    )
