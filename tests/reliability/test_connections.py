import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.support.raw_http import Answer, RawConnection, get, open_connections, post, post_json
from tests.support.servers import Server

BODY = b'{"text": "good"}'
WEBSOCKET = get("/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
# Seconds after which uvicorn closes a connection without a request.
KEEP_ALIVE_S = 5.0
LIMIT_S = 10.0


@pytest.fixture(scope="module")
def server(baseline_server: Server) -> Server:
    return baseline_server


def refusals(server: Server, code: int) -> float:
    return server.total("sentiment_http_requests_total", route="other", code=str(code))


def padded(name: str, size: int) -> str:
    return f"{name}: {'x' * size}"


@pytest.mark.parametrize(
    "request_bytes",
    [
        get("/livez", padded("X-Long", 40_000)),
        get("/livez", *(padded(f"X-{number}", 8000) for number in range(5))),
        get("/livez", *(f"X-{number}: a" for number in range(100))),
        get("/livez?" + "x" * 40_000),
        b"GET /livez HTTP/1.1\r\nX-Endless: " + b"x" * 5_000_000,
        b"GET /" + b"x" * 5_000_000,
        get() + get("/livez", padded("X-Long", 40_000)),
    ],
    ids=["one header", "all headers", "101 headers", "URL", "endless", "endless URL", "second"],
)
def test_headers_over_the_limits_are_a_431(server: Server, request_bytes: bytes) -> None:
    before = refusals(server, 431)
    with RawConnection(server.port) as connection:
        connection.send(request_bytes)
        if request_bytes.startswith(get()):
            assert connection.read_answer()
        answer = connection.read_error()
    assert answer.status == 431
    assert "32768 bytes" in answer.error
    assert refusals(server, 431) == before + 1


def test_headers_within_the_limits_are_accepted(server: Server) -> None:
    with RawConnection(server.port) as connection:
        connection.send(get("/livez", *(padded(f"X-{number}", 300) for number in range(99))))
        answer = connection.read_answer()
    assert answer is not None
    assert answer.status == 200


def test_endless_headers_are_not_read_to_their_end(server: Server) -> None:
    with RawConnection(server.port) as connection, pytest.raises(ConnectionError):
        connection.send(b"GET /livez HTTP/1.1\r\n" + b"X-Many: header\r\n" * 7_000_000)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /livez\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        get("/livez", "No colon"),
        post("/predict", BODY, "Transfer-Encoding: chunked"),
        post("/predict", BODY, "Content-Length: 3"),
        b"GET /livez HTTP/1.1\r\n\r\n",
        get("/livez", "Host: other.example"),
        WEBSOCKET,
    ],
)
def test_a_request_that_is_not_valid_is_a_400(server: Server, request_bytes: bytes) -> None:
    before = refusals(server, 400)
    with RawConnection(server.port) as connection:
        answer = connection.send(request_bytes).read_error()
    assert answer.status == 400
    assert answer.error
    assert refusals(server, 400) == before + 1


def test_an_invalid_chunk_ends_the_request(server: Server) -> None:
    head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    with RawConnection(server.port) as connection:
        connection.send(f"{head}Transfer-Encoding: chunked\r\n\r\nnonsense\r\n".encode())
        assert connection.read_error().status == 400


def test_http_1_0_needs_no_host(server: Server) -> None:
    with RawConnection(server.port) as connection:
        answer = connection.send(b"GET /livez HTTP/1.0\r\n\r\n").read_answer()
    assert answer is not None
    assert answer.status == 200


def test_an_offer_of_http_2_is_answered_in_http_1_1(server: Server) -> None:
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY, *offer) + get("/livez", *offer) + get())
        answers = [connection.read_answer() for _ in range(3)]
    assert [answer.status for answer in answers if answer] == [200, 200, 200]


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    texts = ["great flight, thank you", "worst airline ever, I hate it"] * 10
    with RawConnection(server.port) as connection:
        connection.send(b"".join(post_json("/predict", {"text": text}) for text in texts))
        answers = [connection.read_answer() for _ in texts]
    labels = [answer.json()["label"] for answer in answers if answer]
    assert labels == ["positive", "negative"] * 10


def test_an_invalid_request_is_refused_after_the_answers_to_earlier_requests(
    server: Server,
) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY) * 2 + b"nonsense\r\n\r\n")
        answers = [connection.read_answer() for _ in range(2)]
        assert [answer.status for answer in answers if answer] == [200, 200]
        assert connection.read_error().status == 400


def test_at_most_100_requests_of_a_connection_wait(server: Server) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY) + get() * 200)
        answers = [connection.read_answer() for _ in range(100)]
        assert all(answer is not None and answer.status == 200 for answer in answers)
        assert connection.read_error().status == 400


@pytest.mark.parametrize("requests", [1, 3])
def test_a_client_that_closed_its_sending_side_is_answered(server: Server, requests: int) -> None:
    with RawConnection(server.port) as connection:
        connection.send(post("/predict", BODY) * requests).end()
        answers = [connection.read_answer() for _ in range(requests)]
        assert all(answer is not None and answer.status == 200 for answer in answers)
        assert connection.read_answer() is None


def test_500_idle_connections_delay_no_other_client(server: Server) -> None:
    with open_connections(server.port, 250), open_connections(server.port, 250) as used:
        for connection in used:
            connection.send(get())
        with server.client() as client:
            for _ in range(50):
                assert client.post("/predict", json={"text": "good"}).status_code == 200
        for connection in used:
            answer = connection.read_answer()
            assert answer is not None
            assert answer.status == 200


class SlowClients:
    """Clients that wait or send slowly, all at the same time."""

    def __init__(self, port: int, threads: ThreadPoolExecutor) -> None:
        self._port, self._threads = port, threads

    def start(self, request_bytes: bytes, drop: bytes = b"") -> Future[tuple[Answer | None, float]]:
        """Send a request, then one byte of ``drop`` per second.

        The result is the answer after any complete answer, and its time in seconds.
        """
        return self._threads.submit(self._run, request_bytes, drop)

    def _run(self, request_bytes: bytes, drop: bytes) -> tuple[Answer | None, float]:
        with RawConnection(self._port) as connection:
            connection.send(request_bytes)
            if request_bytes.startswith(get()):
                assert connection.read_answer()
            started = time.monotonic()
            dropping = self._threads.submit(self._drop, connection, drop)
            answer = connection.read_answer()
            seconds = time.monotonic() - started
            if answer is not None:
                assert answer.headers["connection"] == "close"
            dropping.result()
            return answer, seconds

    def _drop(self, connection: RawConnection, drop: bytes) -> None:
        try:
            for byte in drop:
                time.sleep(1)
                connection.send(bytes([byte]))
        except OSError:
            pass  # The server has closed the connection.


SLOW = {
    "silent": (b"", b"", None, LIMIT_S),
    "idle after an answer": (get(), b"", None, KEEP_ALIVE_S),
    "incomplete head": (b"GET /livez HTTP/1.1\r\nHost: a\r\n", b"", 408, LIMIT_S),
    "head by bytes": (b"GET /livez HTTP/1.1\r\n", b"X-Slow: " + b"x" * 6, 408, LIMIT_S),
    "second head by bytes": (get() + b"GET", b" /livez HTTP/1.", 408, LIMIT_S),
    "incomplete body": (post("/predict", BODY[:5], length=len(BODY)), b"", 408, LIMIT_S),
    "body by bytes": (post("/predict", b"", length=len(BODY)), BODY[:14], 408, LIMIT_S),
}


@pytest.fixture(scope="module")
def slow_answers(server: Server) -> Iterator[dict[str, tuple[Answer | None, float]]]:
    with ThreadPoolExecutor(2 * len(SLOW)) as threads:
        clients = SlowClients(server.port, threads)
        started = {name: clients.start(*slow[:2]) for name, slow in SLOW.items()}
        yield {name: future.result() for name, future in started.items()}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_client_is_refused_in_time(
    slow_answers: dict[str, tuple[Answer | None, float]], name: str
) -> None:
    answer, seconds = slow_answers[name]
    code, limit_s = SLOW[name][2:]
    assert limit_s - 1.5 < seconds < limit_s + 3
    assert (answer.status if answer else None) == code
    if answer:
        assert "10 s" in answer.error


def test_a_refusal_of_a_connection_logs_nothing(server: Server) -> None:
    before = server.read_log()
    for request_bytes in (b"nonsense\r\n\r\n", get("/", padded("X-Long", 40_000)), WEBSOCKET):
        with RawConnection(server.port) as connection:
            assert connection.send(request_bytes).read_error()
    assert server.read_log() == before
    assert "Traceback" not in before


def chunked(path: str, body: bytes, *trailers: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    head += ["Transfer-Encoding: chunked", ""]
    lines = [f"{len(body):x}", body.decode(), "0", *trailers, "", ""]
    return "\r\n".join([*head, *lines]).encode()


def test_a_trailer_is_no_header(server: Server) -> None:
    with RawConnection(server.port) as connection:
        answer = connection.send(chunked("/predict", BODY, "X-Request-ID: trailer")).read_answer()
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["x-request-id"] != "trailer"


def test_endless_trailers_are_a_431(server: Server) -> None:
    request = chunked("/predict", BODY).removesuffix(b"\r\n")
    with RawConnection(server.port) as connection:
        connection.send(request + b"X-Trailer: value\r\n" * 600_000)
        assert connection.read_error().status == 431


@pytest.mark.parametrize("together", [True, False])
def test_a_request_in_parts_has_the_time_of_a_head(server: Server, together: bool) -> None:
    begin, rest = get("/livez")[:20], get("/livez")[20:]
    with RawConnection(server.port) as connection:
        if together:
            connection.send(get("/livez") + begin).read_answer()
        else:
            connection.send(get("/livez")).read_answer()
            connection.send(begin)
        time.sleep(KEEP_ALIVE_S + 1)
        answer = connection.send(rest).read_answer()
    assert answer is not None
    assert answer.status == 200


def test_an_error_before_the_end_of_the_body_announces_the_close(server: Server) -> None:
    request = post("/predict", BODY).replace(b"application/json", b"text/plain")
    with RawConnection(server.port) as connection:
        answer = connection.send(request[:-5]).read_error()
    assert answer.status == 415
