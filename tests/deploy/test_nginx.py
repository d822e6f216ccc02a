import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import httpx
import pytest

from tests.support.deploy.compose import HOST
from tests.support.deploy.nginx import PORTS, Nginx
from tests.support.servers import free_port

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def nginx(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """A proxy whose upstream port is closed."""
    folder = tmp_path_factory.mktemp("nginx") / "nginx"
    closed = {"sentiment:3000": f"127.0.0.1:{free_port()}"}
    with Nginx(folder, prepared / "certificates", closed) as nginx:
        yield nginx


def test_the_configuration_is_valid_without_a_warning(nginx: Nginx) -> None:
    outcome = subprocess.run(nginx.command("-t", "-q"), capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr == ""


def test_the_configuration_has_no_known_weakness(prepared: Path, tmp_path: Path) -> None:
    shipped = Nginx(
        tmp_path / "nginx", prepared / "certificates", {}, ports={name: int(name) for name in PORTS}
    )
    shipped.configure()
    gixy = Path(sys.executable).parent / "gixy"
    outcome = subprocess.run(
        [str(gixy), "-l", str(shipped.configuration)], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_an_unreachable_service_is_a_503_in_the_format_of_the_api(nginx: Nginx) -> None:
    with nginx.client() as client:
        response = client.post("/predict", json={"text": "good"})
    assert response.status_code == 503
    assert response.json() == {"error": "service unavailable"}
    assert response.headers["retry-after"] == "1"
    assert response.headers["content-type"] == "application/json"
    assert response.headers["strict-transport-security"]


class _Stopping(StreamRequestHandler):
    """A replica that reads a request and resets the connection."""

    def handle(self) -> None:
        self.rfile.readline()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Answering(BaseHTTPRequestHandler):
    """A replica that answers with the path of the request."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_what_a_replica_that_ends_resets_is_answered_by_the_other(
    prepared: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        addresses = []
        for handler in (_Stopping, _Answering):
            server = stack.enter_context(ThreadingTCPServer(("127.0.0.1", 0), handler))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            addresses.append(f"127.0.0.1:{server.server_address[1]}")
        nginx = Nginx(
            tmp_path / "nginx",
            prepared / "certificates",
            {"sentiment:3000": "replicas"},
            groups={"replicas": addresses},
        )
        client = stack.enter_context(stack.enter_context(nginx).client())
        for route in ("/predict", "/predict_batch"):
            answers = [client.post(route, json={"text": "good"}) for _ in range(4)]
            assert [answer.text for answer in answers] == [route] * 4
        # The stopping replica may have counted the verdict, so nginx must not repeat it.
        codes = {client.post("/feedback", json={}).status_code for _ in range(6)}
        assert codes == {200, 503}


def test_too_large_a_body_is_a_413_in_the_format_of_the_api(nginx: Nginx) -> None:
    with nginx.client() as client:
        response = client.post("/predict", content=b"x" * (1024 * 1024 + 1))
    assert response.status_code == 413
    assert response.json() == {"error": "the body is larger than 1048576 bytes"}


def test_requests_without_tls_are_redirected(nginx: Nginx) -> None:
    response = httpx.get(f"http://127.0.0.1:{nginx.ports['8080']}/ui")
    assert response.status_code == 308
    assert response.headers["location"] == f"https://{HOST}/ui"


def test_acme_challenges_are_answered_without_tls(nginx: Nginx) -> None:
    challenge = nginx.folder / "challenges" / ".well-known" / "acme-challenge" / "token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("answer")
    url = f"http://127.0.0.1:{nginx.ports['8080']}/.well-known/acme-challenge/token"
    assert httpx.get(url).text == "answer"
