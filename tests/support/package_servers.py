"""Servers that the tests of a folder share. The folder's conftest.py imports the fixture."""

from collections.abc import Iterator

import pytest

from tests.support.champions import Workplace
from tests.support.servers import StartServer, server_starter


@pytest.fixture(scope="package")
def start_package_server(
    trained: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Starts servers of the champions. They stop after the last test of the importing folder."""
    yield from server_starter(trained, tmp_path_factory.mktemp)
