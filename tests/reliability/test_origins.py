"""Hosts under which the service answers, and pages of other origins that may use it."""

import httpx
import pytest

from tests.reliability.restrictions import ORIGIN
from tests.support.api_errors import is_error
from tests.support.servers import Server

_PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-api-key",
}


@pytest.fixture
def server(restricted_server: Server) -> Server:
    return restricted_server


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:3000", "api.example.org", "A.B.EXAMPLE.ORG:8443"]
)
def test_an_allowed_host_is_answered(server: Server, host: str) -> None:
    assert httpx.get(f"{server.url}/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "example.org", "example.org.evil.example", "", "a b", "127.0.0.1@evil"]
)
@pytest.mark.parametrize("path", ["/", "/ui", "/models", "/nothing", "/metrics"])
def test_another_host_is_a_400(server: Server, host: str, path: str) -> None:
    assert is_error(httpx.get(server.url + path, headers={"Host": host}), 400)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_may_name_the_address_of_a_pod(server: Server, path: str) -> None:
    assert httpx.get(server.url + path, headers={"Host": "10.0.0.7:3000"}).status_code == 200


def test_a_page_of_the_configured_origin_may_use_the_service(server: Server) -> None:
    preflight = httpx.options(f"{server.url}/predict", headers={"Origin": ORIGIN, **_PREFLIGHT})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    for body, code in (({"text": "good"}, 200), ({}, 400)):
        answer = httpx.post(f"{server.url}/predict", json=body, headers={"Origin": ORIGIN})
        assert answer.status_code == code
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        exposed = answer.headers["access-control-expose-headers"]
        assert {"Retry-After", "X-Request-ID"} <= set(exposed.split(", "))


def test_a_page_of_another_origin_may_not_use_the_service(server: Server) -> None:
    headers = {"Origin": "https://evil.example", **_PREFLIGHT}
    preflight = httpx.options(f"{server.url}/predict", headers=headers)
    assert is_error(preflight, 400)
    answer = httpx.get(f"{server.url}/models", headers=headers)
    for response in (preflight, answer):
        assert "access-control-allow-origin" not in response.headers


def test_options_without_an_origin_is_a_405(server: Server) -> None:
    answer = httpx.options(f"{server.url}/predict")
    assert is_error(answer, 405)
    assert answer.headers["allow"] == "POST"
