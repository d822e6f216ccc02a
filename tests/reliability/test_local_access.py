"""Other accounts of the machine can use the HTTP routes, and no other port of the server."""

import pickle
import socket
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from circus.client import CircusClient
from circus.exc import CallError

from tests.support.servers import Server, StartServer

PICKLE = {"Content-Type": "application/vnd.bentoml+pickle"}


class CreateFile:
    """An object whose pickle creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.path), "w")


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="service")


def listening_ports(server: Server) -> set[int]:
    """TCP ports on which a process of the server listens."""
    return {
        connection.laddr.port
        for process in server.processes()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def runner_sockets(server: Server) -> set[Path]:
    """Unix sockets on which a process of the server listens."""
    return {
        Path(str(connection.laddr))
        for process in server.processes()
        for connection in process.net_connections("unix")
        if connection.laddr
    }


@pytest.mark.parametrize("command", ["list", "options", "quit"])
def test_no_port_takes_a_command_of_the_supervisor(server: Server, command: str) -> None:
    ports = listening_ports(server) - {server.port}
    assert len(ports) == 2
    for port in ports:
        client = CircusClient(endpoint=f"tcp://127.0.0.1:{port}", timeout=0.5)
        with pytest.raises(CallError, match=r"Timed out\."):
            client.send_message(command)
        client.stop()
    assert httpx.get(f"{server.url}/livez").status_code == 200


def test_no_port_loads_a_pickle(server: Server, tmp_path: Path) -> None:
    created = tmp_path / "created"
    attack = pickle.dumps({"texts": CreateFile(created), "text": CreateFile(created)})
    for port in listening_ports(server):
        for path in ("/predict", "/predict_batch", "/feedback", "/score", "/contributions"):
            try:
                url = f"http://127.0.0.1:{port}{path}"
                response = httpx.post(url, content=attack, headers=PICKLE, timeout=2)
            except httpx.TransportError:
                assert port != server.port
            else:
                assert response.status_code in (404, 415)
    assert not created.exists()


def test_runners_load_a_pickle_but_only_the_owner_can_open_their_socket(
    server: Server, tmp_path: Path
) -> None:
    (address,) = runner_sockets(server)
    assert address.parent.stat().st_mode & 0o077 == 0
    created = tmp_path / "created"
    attack = pickle.dumps({"texts": CreateFile(created)})
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(address))) as owner:
        owner.post("http://runner/score", content=attack, headers=PICKLE)
    # The payload of the test above works if the owner sends it to a runner.
    assert created.exists()


def test_only_the_owner_can_open_the_folder_of_the_workers(server: Server) -> None:
    assert server.metrics_folder.parent.stat().st_mode & 0o077 == 0


def test_runners_listen_on_no_network_address(server: Server) -> None:
    (runner,) = server.runner_workers("baseline")
    families = {connection.family for connection in runner.net_connections("all")}
    assert families <= {socket.AF_UNIX, socket.AF_INET}
    inherited = {c.laddr.port for c in runner.net_connections("tcp")}
    assert inherited <= {server.port}
