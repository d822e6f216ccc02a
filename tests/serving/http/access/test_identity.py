import pytest

from serving.api_keys import new_api_key, parse_api_keys
from serving.http.access.identity import client_address, client_identity, set_api_key


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1::5", "2001:db8:0:1::/64"),
        ("2001:0db8:0000:0001:ffff::6", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("line\nbreak", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_has_one_form(peer: str, address: str) -> None:
    assert client_address({"client": (peer, 1)}) == address


def test_a_peer_without_address_is_unknown() -> None:
    assert client_address({"client": None}) == "unknown"
    assert client_address({}) == "unknown"


def test_the_name_of_an_api_key_takes_precedence_over_the_address() -> None:
    scope: dict[str, object] = {"client": ("192.0.2.1", 1)}
    assert client_identity(scope) == "address 192.0.2.1"
    set_api_key(scope, parse_api_keys(new_api_key("web", "1/second")[1])[0])
    assert client_identity(scope) == "key web"
