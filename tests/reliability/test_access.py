"""API keys, the admin key, rate limits and trusted proxies of a real server."""

import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from serving.api_keys import new_api_key
from tests.support.api_errors import is_error
from tests.support.servers import Server, StartServer

ADMIN_KEY = "a key with an accent: clé"
WEB, WEB_ENTRY = new_api_key("web", "1000/minute")
BATCH, BATCH_ENTRY = new_api_key("batch", "20/hour")
NIGHT, NIGHT_ENTRY = new_api_key("night", "20/hour")
REQUESTS = [
    ("POST", "/predict", {"text": "on time"}),
    ("POST", "/predict_batch", {"texts": ["on time"]}),
    ("POST", "/feedback", {"prediction_id": "none", "correct": True}),
    ("GET", "/models", None),
    ("POST", "/models", {}),
    ("GET", "/v2/models/baseline", None),
    (
        "POST",
        "/v2/models/baseline/infer",
        {"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["on time"]}]},
    ),
]


@pytest.fixture(scope="module")
def server(start_module_server: StartServer) -> Server:
    return start_module_server(
        models="baseline",
        runners="inline",
        api_workers="2",
        admin_key=ADMIN_KEY,
        api_keys=f"{WEB_ENTRY}, {BATCH_ENTRY}, {NIGHT_ENTRY}",
        trusted_proxies="127.0.0.1",
    )


@pytest.fixture(scope="module")
def open_server(start_module_server: StartServer) -> Server:
    return start_module_server(
        models="baseline", runners="inline", rate_limit="20/hour", admin_key=ADMIN_KEY
    )


def client_at(server: Server, address: str) -> httpx.Client:
    """A client whose requests come from an address through a trusted proxy."""
    return server.client(headers={"X-Forwarded-For": address})


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def failures(server: Server, realm: str) -> float:
    return server.total("sentiment_authentication_failures_total", realm=realm)


@pytest.mark.parametrize(("method", "route", "body"), REQUESTS)
def test_a_guarded_route_needs_a_key(
    server: Server, method: str, route: str, body: dict[str, object] | None
) -> None:
    with client_at(server, f"192.0.2.{REQUESTS.index((method, route, body))}") as client:
        assert is_error(client.request(method, route, json=body), 401)
        wrong = client.request(method, route, json=body, headers=bearer("wrong"))
        assert is_error(wrong, 401)
        assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
        for headers in (bearer(WEB), {"X-API-Key": WEB}):
            answer = client.request(method, route, json=body, headers=headers)
            assert answer.status_code == (404 if route == "/feedback" else 200)


def test_other_routes_need_no_api_key(server: Server) -> None:
    with server.client() as client:
        for route in (
            *("/livez", "/readyz", "/metrics", "/docs.json", "/schema.json", "/ui", "/ui/main.js"),
            *("/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/baseline/ready"),
        ):
            assert client.get(route).status_code == 200, route


def test_the_server_logs_a_warning_if_it_is_open(server: Server, open_server: Server) -> None:
    warning = "SENTIMENT_API_KEYS is not set: every client may use the service"
    assert open_server.read_log().count(warning) == 1
    assert warning not in server.read_log()


def test_wrong_api_keys_are_logged_counted_and_slowed_down(server: Server) -> None:
    before = failures(server, "api")
    with client_at(server, "198.51.100.1") as client:
        for _ in range(5):
            assert is_error(client.get("/models", headers=bearer("planted-guess")), 401)
        refused = client.get("/models", headers=bearer("planted-guess"))
        assert is_error(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1
        # Other clients may share the address.
        assert client.get("/models", headers=bearer(WEB)).status_code == 200
    with client_at(server, "198.51.100.2") as other:
        assert is_error(other.get("/models", headers=bearer("planted-guess")), 401)
    assert failures(server, "api") == before + 6
    log = server.read_log()
    assert log.count("wrong api key from 198.51.100.1 for GET /models") == 5
    assert "planted-guess" not in log


def test_an_address_must_wait_after_five_wrong_admin_keys(server: Server) -> None:
    before = failures(server, "admin")
    with client_at(server, "198.51.100.3") as client:
        for _ in range(5):
            assert is_error(client.get("/admin/feedback", headers=bearer("planted-guess")), 401)
        first = client.get("/admin/feedback", headers=bearer("planted-guess"))
        assert is_error(first, 429)
        # The right key must wait as well: an answer would confirm a guess.
        right = client.get("/admin/feedback", auth=("anyone", ADMIN_KEY))
        assert is_error(right, 429)
    with client_at(server, "198.51.100.4") as client:
        assert client.get("/admin/feedback", auth=("anyone", ADMIN_KEY)).status_code == 200
    assert failures(server, "admin") == before + 5
    log = server.read_log()
    assert log.count("wrong admin key from 198.51.100.3 for GET /admin/feedback") == 5
    assert "planted-guess" not in log


@pytest.mark.parametrize(
    "authorization",
    [
        b"Basic !!!",
        b"Basic \xe9\xe9\xe9\xe9",
        b"Basic YQ",
        b"Bearer \xff\xfe",
        b"Bearer",
        b"Basic",
        b"Digest a",
        b"Basic " + b64encode(b"no colon"),
        b"Basic " + b64encode(b":\xff\xfe"),
    ],
)
def test_an_unreadable_authorization_is_a_401(server: Server, authorization: bytes) -> None:
    # Each case has an address of its own, so that none is slowed down.
    address = f"203.0.113.{sum(authorization) % 256}"
    with client_at(server, address) as client:
        headers = [(b"Authorization", authorization)]
        assert is_error(client.get("/admin/feedback", headers=headers), 401)
        assert is_error(client.get("/models", headers=headers), 401)
        api_key = [(b"X-API-Key", authorization)]
        assert is_error(client.get("/models", headers=api_key), 401)


def test_the_admin_key_is_compared_as_bytes(server: Server) -> None:
    with client_at(server, "198.51.100.5") as client:
        utf8 = [(b"Authorization", b"Bearer " + ADMIN_KEY.encode())]
        assert client.get("/admin/feedback", headers=utf8).status_code == 200
        latin1 = [(b"Authorization", b"Bearer " + ADMIN_KEY.encode("latin-1"))]
        assert is_error(client.get("/admin/feedback", headers=latin1), 401)


def accepted(server: Server, requests: int, headers: dict[str, str]) -> int:
    """How many of ``requests``, each on a new connection, the rate limit accepts."""

    def ask(_: int) -> int:
        return httpx.get(f"{server.url}/models", headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(ask, range(requests)))
    assert set(codes) <= {200, 429}
    return codes.count(200)


def test_the_rate_limit_of_a_key_holds_over_all_workers(server: Server) -> None:
    assert accepted(server, 30, bearer(BATCH)) == 20
    refused = httpx.get(f"{server.url}/models", headers=bearer(BATCH), timeout=60)
    assert is_error(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit-Policy"] == '"default";q=20;w=3600'
    assert refused.headers["RateLimit"].startswith('"default";r=0;t=')
    other = httpx.get(f"{server.url}/models", headers=bearer(WEB), timeout=60)
    assert other.status_code == 200
    assert re.fullmatch(r'"default";r=\d+;t=\d+', other.headers["RateLimit"])


def test_the_rate_limit_of_an_address_ignores_untrusted_forwarding_headers(
    open_server: Server,
) -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.77"}
    assert accepted(open_server, 15, {}) + accepted(open_server, 15, forwarded) == 20
    with open_server.client() as client:
        assert client.get("/livez").status_code == 200
        assert is_error(client.post("/predict", json={"text": "a"}), 429)


def test_a_wrong_admin_key_is_logged_with_the_true_address(open_server: Server) -> None:
    with open_server.client(headers={"X-Forwarded-For": "192.0.2.77"}) as client:
        client.get("/admin/feedback", headers=bearer("wrong"))
    log = open_server.read_log()
    assert "wrong admin key from 127.0.0.1 for GET /admin/feedback" in log
    assert "192.0.2.77" not in log


def test_a_batch_counts_its_texts(server: Server) -> None:
    with server.client(headers=bearer(NIGHT)) as client:
        assert is_error(client.post("/predict_batch", json={"texts": ["a"] * 21}), 400)
        # The refused request has counted once.
        assert client.post("/predict_batch", json={"texts": ["a"] * 16}).status_code == 200
        assert is_error(client.post("/predict_batch", json={"texts": ["a"] * 8}), 429)
