"""SIGTERM resets no connection and loses no request."""

import socket
import time

import pytest

from tests.support.servers import StartServer
from tests.support.traffic import PATIENCE_S, connect, exchange, traffic


@pytest.mark.parametrize("runners", ["inline", "service"])
def test_sigterm_under_load_loses_no_request(start_server: StartServer, runners: str) -> None:
    server = start_server(models="baseline", runners=runners, api_workers="2")
    unused = [connect(server.port) for _ in range(8)]
    used = [connect(server.port) for _ in range(8)]
    assert [exchange(connection)[0] for connection in used] == ["200"] * 8
    with traffic(server.port) as made:
        time.sleep(0.5)
        server.process.terminate()
        server.process.wait(PATIENCE_S)
    assert made.kept["200"] > 0
    assert set(made.kept) <= {"200", "503"}
    assert set(made.new) <= {"200", "503", "refused"}
    assert [ends_without_reset(connection) for connection in [*unused, *used]] == [True] * 16


def ends_without_reset(connection: socket.socket) -> bool:
    with connection:
        try:
            return connection.recv(1) == b""
        except ConnectionResetError:
            return False
