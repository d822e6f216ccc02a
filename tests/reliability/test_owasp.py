import socket
from collections.abc import Iterator

import pytest

from tests.support.champions import REPOSITORY
from tests.support.servers import Server, StartServer

TEXT = "late again, and nobody cared"
PARENT_FOLDERS = [
    "../" * 8,
    "..%2f" * 8,
    "%2e%2e/" * 8,
    "%2e%2e%2f" * 8,
    "..%5c" * 8,
    "..%252f" * 8,
    "....//" * 8,
    "/",
    "%00/",
]
STARTS = ["/", "/ui/", "/static_content/", "/models/", "/page/", "/admin/", "/docs/"]


@pytest.fixture(scope="module")
def server(start_lasting_server: StartServer) -> Iterator[Server]:
    server = start_lasting_server(models="baseline")
    yield server
    server.stop()


def get_raw(server: Server, path: str) -> bytes:
    """The answer to a path that no client library may simplify."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("start", STARTS)
def test_no_path_delivers_a_file_of_the_server(server: Server, start: str) -> None:
    secrets = [b"root:", b"class Sentiment", b"feedback.db", b"safetensors"]
    for parents in PARENT_FOLDERS:
        for file in ("etc/passwd", str(REPOSITORY / "service.py"), "service.py", "manifest.json"):
            answer = get_raw(server, f"{start}{parents}{file}")
            assert answer.split(b" ", 2)[1] in {b"400", b"404"}, (start, parents, file)
            assert not any(secret in answer for secret in secrets)


def test_figures_of_an_answer_have_six_decimals_at_most(server: Server) -> None:
    with server.client() as client:
        answer = client.post("/predict", json={"text": TEXT, "explain": True}).json()
    figures = [answer["probability"], *answer["readers"].values()]
    figures += [token["weight"] for token in answer["explanation"]]
    assert len(figures) > 5
    assert figures == [round(figure, 6) for figure in figures]
