import gzip
import json
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable

import pytest

from tests.support.raw_http import RawConnection, get, post
from tests.support.servers import Server
from tests.support.waiting import wait_until

BODY = json.dumps({"text": "Lovely crew, thank you"}).encode()
MIB = 1024 * 1024


@pytest.fixture
def server(baseline_server: Server) -> Server:
    return baseline_server


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
def test_an_encoded_body_is_decoded(
    server: Server, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    with server.client() as client:
        headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
        answer = client.post("/predict", content=encode(BODY), headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_another_encoding_is_a_415_that_names_the_accepted_encodings(
    server: Server, encoding: str
) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY, f"Content-Encoding: {encoding}"))
        answer = connection.read_answer()
    assert answer is not None
    assert answer.status == 415
    assert encoding in answer.error
    assert "gzip, deflate" in answer.error
    assert answer.headers["accept-encoding"] == "gzip, deflate"


def test_a_decompression_bomb_is_a_413(server: Server) -> None:
    compressor = zlib.compressobj(9, wbits=31)
    chunks = (compressor.compress(bytes(MIB)) for _ in range(512))
    bomb = b"".join(chunks) + compressor.flush()
    assert len(bomb) < MIB
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", bomb, "Content-Encoding: gzip"))
        answer = connection.read_answer()
    assert answer is not None
    assert answer.status == 413
    assert "decoded" in answer.error


@pytest.mark.parametrize(
    "body",
    [
        *(BODY, gzip.compress(BODY, mtime=0)[:-9], gzip.compress(BODY, mtime=0) + b"more", b""),
        gzip.compress(b"", mtime=0) * 17 + gzip.compress(BODY, mtime=0),
    ],
    ids=["plain", "cut off", "more", "empty", "many members"],
)
def test_a_body_that_is_not_gzip_is_a_400(server: Server, body: bytes) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", body, "Content-Encoding: gzip"))
        answer = connection.read_answer()
    assert answer is not None
    assert answer.status == 400
    assert "gzip" in answer.error


@pytest.mark.parametrize(
    ("charset", "status"),
    [("utf-8", 200), ('"UTF-8"', 200), ("iso-8859-1", 415), ("utf-16", 415), ("'", 415)],
)
def test_a_charset_other_than_utf_8_is_a_415_that_names_utf_8(
    server: Server, charset: str, status: int
) -> None:
    with server.client() as client:
        headers = {"Content-Type": f"application/json; charset={charset}"}
        answer = client.post("/predict", content=BODY, headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert charset in answer.json()["error"]
        assert "utf-8" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/predict", "/no/such/path", "/livez"])
def test_a_client_that_sends_5_megabytes_gets_its_answer(server: Server, path: str) -> None:
    request = urllib.request.Request(  # noqa: S310 the scheme is http
        server.url + path, bytes(5 * MIB), {"Content-Type": "application/json"}
    )
    for _ in range(5):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)  # noqa: S310
        assert refused.value.code in (404, 405, 413)
        assert json.load(refused.value)["error"]


def test_a_refused_client_cannot_send_forever(server: Server) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", b"", length=10**12))
        with pytest.raises(ConnectionError):
            send_for(connection, seconds=25)


def send_for(connection: RawConnection, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection.send(bytes(MIB))
        time.sleep(0.01)


def test_a_client_that_waits_for_100_is_refused_at_once(server: Server) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", b"", "Expect: 100-continue", length=3 * MIB))
        line = connection.socket.recv(64)
    assert line.startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_is_read(server: Server) -> None:
    head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    chunks = [b"%x\r\n%b\r\n" % (1, BODY[index : index + 1]) for index in range(len(BODY))]
    with RawConnection(server.port) as connection:
        connection.send(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for chunk in [*chunks, b"0\r\n\r\n"]:
            connection.send(chunk)
        answer = connection.read_answer()
        assert answer is not None
        assert answer.status == 200
        # The connection goes on after the chunks.
        connection.send(get())
        assert connection.read_answer()


def test_a_length_shorter_than_the_body_ends_the_body(server: Server) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY + b"superfluous\r\n\r\n", length=len(BODY)))
        first = connection.read_answer()
        assert first is not None
        assert first.status == 200
        assert connection.read_error().status == 400


def verdicts(server: Server, code: str) -> float:
    return server.total("sentiment_http_requests_total", route="/feedback", code=code)


def errors(server: Server) -> float:
    return server.total("sentiment_http_requests_total", code="500")


def test_a_verdict_that_is_cut_off_is_not_stored(server: Server) -> None:
    with server.client() as client:
        prediction = client.post("/predict", json={"text": "good"}).json()
        verdict = {"prediction_id": prediction["prediction_id"], "correct": True}
        cut, stored, failed = verdicts(server, "499"), verdicts(server, "200"), errors(server)
        body = json.dumps(verdict).encode()
        RawConnection(server.port).send(post("/feedback", body, length=len(body) + 1)).close()
        wait_until(lambda: verdicts(server, "499") == cut + 1)
        assert errors(server) == failed
        assert verdicts(server, "200") == stored
        # The prediction has no verdict yet.
        assert client.post("/feedback", json=verdict).status_code == 200


def test_refusals_log_no_traceback(server: Server) -> None:
    assert "Traceback" not in server.read_log()
