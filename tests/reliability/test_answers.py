"""Every answer has its methods, a request id, bounded errors and rounded figures."""

import re

import httpx
import pytest

from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer
from tests.support.waiting import wait_until

_JSON = {"Content-Type": "application/json"}
_READ = "GET, HEAD"
_ALLOWED = {
    "/": _READ,
    "/docs/start.js": _READ,
    "/docs.json": _READ,
    "/feedback": "POST",
    "/livez": _READ,
    "/metrics": _READ,
    "/models": f"{_READ}, POST",
    "/predict": "POST",
    "/predict_batch": "POST",
    "/readyz": _READ,
    "/ui": _READ,
    "/ui/style.css": _READ,
}
_RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 \[\w+\] \[[^\]]+\] ")
_INVALID = (
    ("/predict", {"text": "fine", **{f"unknown{number}": 0 for number in range(40)}}),
    ("/predict", {"text": "fine", **{f"{number}-{'x' * 20_000}": 0 for number in range(40)}}),
    ("/predict_batch", {"texts": [""] * 256}),
    ("/predict_batch", {"texts": [7] * 300_000}),
    ("/feedback", {f"k{number}": 0 for number in range(80_000)}),
)


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(models="baseline", runners="inline", access_log="true")


def _counted(server: Server, route: str) -> float:
    return server.total("sentiment_http_requests_total", route=route, code="200")


@pytest.mark.parametrize("path", [path for path, allow in _ALLOWED.items() if "HEAD" in allow])
def test_head_is_answered_as_get_without_a_body(server: Server, path: str) -> None:
    got, head = (httpx.request(method, server.url + path) for method in ("GET", "HEAD"))
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    differing = {"date", "x-request-id"} | ({"content-length"} if path == "/metrics" else set())
    for headers in (head.headers, got.headers):
        for name in differing:
            del headers[name]
    assert head.headers == got.headers


def test_head_is_counted_under_its_route(server: Server) -> None:
    before = _counted(server, "/ui/{file}")
    httpx.head(f"{server.url}/ui/style.css")
    assert _counted(server, "/ui/{file}") == before + 1


@pytest.mark.parametrize("path", _ALLOWED)
def test_a_405_names_the_allowed_methods(server: Server, path: str) -> None:
    refused = {"DELETE", "OPTIONS", "PATCH", "PUT", "TRACE"}
    refused |= {"GET", "POST"} - set(_ALLOWED[path].split(", "))
    for method in refused:
        answer = httpx.request(method, server.url + path, headers={"Origin": "https://a.example"})
        assert is_error(answer, 405), method
        assert answer.headers["allow"] == _ALLOWED[path]


@pytest.mark.parametrize("given", ["a", "A.b-c_9" * 18, "7" * 128])
def test_a_safe_request_id_is_returned(server: Server, given: str) -> None:
    for path in ("/models", "/nothing", "/livez", "/static_content/x"):
        answer = httpx.get(server.url + path, headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "é", "x" * 129, "a\tb", "<script>"])
def test_another_request_id_is_replaced_by_a_new_one(server: Server, given: str) -> None:
    headers = httpx.Headers({"X-Request-ID": given, **_JSON}, encoding="utf-8")
    answers = [
        httpx.get(f"{server.url}/models", headers=headers),
        httpx.post(f"{server.url}/predict", content=b"{", headers=headers),
        httpx.put(f"{server.url}/livez", headers=headers),
    ]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", new) for new in ids)


def test_a_request_without_an_id_gets_one(server: Server) -> None:
    ids = {httpx.get(f"{server.url}/models").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_no_request_forges_a_log_line(server: Server) -> None:
    forged = "2026-01-01T00:00:00+0000 [ERROR] [entry_service:sentiment:1] planted"
    for separator in ("%0A", "%0D%0A", "%E2%80%A8", "%C2%85", "%1B%5B2K%0D"):
        path = f"/planted{separator}{forged.replace(' ', '%20')}"
        assert httpx.get(server.url + path, headers={"X-Request-ID": "log-1"}).status_code == 404

    def planted() -> list[str]:
        return [line for line in server.read_log().split("\n") if "planted" in line]

    # The worker writes its access log after the answer.
    wait_until(lambda: len(planted()) == 5)
    for line in planted():
        assert _RECORD.match(line)
        assert line.isprintable()
        assert line.endswith(" request_id=log-1")
        assert not line.startswith(forged)


@pytest.mark.parametrize(("route", "body"), _INVALID)
def test_an_invalid_request_gets_a_short_answer(
    server: Server, route: str, body: dict[str, object]
) -> None:
    answer = httpx.post(server.url + route, json=body, timeout=60)
    assert is_error(answer, 400)
    assert len(answer.content) < 4096
    detail = answer.json()["detail"]
    assert len(detail) <= 10
    assert all(len(part) <= 64 for entry in detail for part in entry["loc"])


def test_the_errors_beyond_ten_are_counted(server: Server) -> None:
    answer = httpx.post(f"{server.url}/predict_batch", json={"texts": [""] * 256})
    assert answer.json()["error"] == "invalid request: 256 errors, the first 10 in detail"
    answer = httpx.post(f"{server.url}/predict", json={f"k{number}": 0 for number in range(65)})
    assert answer.json()["detail"] == [{"loc": ["body"], "msg": "65 fields are too many"}]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 400_000,
        b"[" * 500_000 + b"]" * 500_000,
        b'{"text": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"text": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"\\ud800": 1, "text": "fine"}',
        b'{"text": ' + b"9" * 10_000 + b"}",
    ],
    ids=["open brackets", "brackets", "lists", "objects", "surrogate in a name", "digits"],
)
def test_a_malformed_body_is_a_400(server: Server, content: bytes) -> None:
    answer = httpx.post(f"{server.url}/predict", content=content, headers=_JSON, timeout=60)
    assert is_error(answer, 400)
    assert len(answer.content) < 4096


def test_figures_of_an_answer_have_six_decimals_at_most(server: Server) -> None:
    with server.client() as client:
        answer = client.post(
            "/predict", json={"text": "late again, and nobody cared", "explain": True}
        ).json()
    figures = [answer["probability"], *answer["readers"].values()]
    figures += [token["weight"] for token in answer["explanation"]]
    assert len(figures) > 5
    assert figures == [round(figure, 6) for figure in figures]
