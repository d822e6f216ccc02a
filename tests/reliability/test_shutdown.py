"""SIGTERM resets no connection and loses no request."""

import time

import pytest

from tests.support.load import exchange, load
from tests.support.raw_http import RawConnection, open_connections
from tests.support.servers import StartServer


@pytest.mark.parametrize("runners", ["inline", "service"])
def test_sigterm_under_load_loses_no_request(start_server: StartServer, runners: str) -> None:
    server = start_server(models="baseline", runners=runners, api_workers="2")
    with open_connections(server.port, 8) as unused, open_connections(server.port, 8) as used:
        assert [exchange(connection)[0] for connection in used] == ["200"] * 8
        with load(server.port) as made:
            time.sleep(0.5)
            server.process.terminate()
            server.process.wait(60)
        assert made.kept["200"] > 0
        assert set(made.kept) <= {"200", "503"}
        assert set(made.new) <= {"200", "503", "refused"}
        assert [ends_without_reset(connection) for connection in [*unused, *used]] == [True] * 16


def ends_without_reset(connection: RawConnection) -> bool:
    try:
        return connection.read_answer() is None
    except ConnectionResetError:
        return False
