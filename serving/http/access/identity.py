"""The identity of a client, for limits, logs and feedback: an API key's name or an address."""

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from serving.api_keys import ApiKey

_API_KEY = "sentiment.api_key"
_UNKNOWN = "unknown"


def client_identity(scope: Mapping[str, Any]) -> str:
    """The name of the client's API key, or else the client's address.

    ``scope`` is an ASGI scope or a Starlette request.
    """
    key = api_key_of(scope)
    return f"key {key.name}" if key else f"address {client_address(scope)}"


def client_address(scope: Mapping[str, Any]) -> str:
    """The IP address of the client; "unknown" if there is none.

    This is the address at the other end of the connection. If this is a proxy of
    ``SENTIMENT_TRUSTED_PROXIES``, uvicorn takes the client's address from ``X-Forwarded-For``.
    The header of any other address is ignored.
    """
    peer = scope.get("client")
    return _normal(peer[0]) if peer else _UNKNOWN


def api_key_of(scope: Mapping[str, Any]) -> ApiKey | None:
    """The API key that the client has sent, None on a route or a service without keys."""
    return scope.get(_API_KEY)


def set_api_key(scope: MutableMapping[str, Any], key: ApiKey) -> None:
    scope[_API_KEY] = key


@lru_cache(maxsize=4096)
def _normal(host: str) -> str:
    """The usual form of an address; for IPv6 the network of 64 bits, which one client owns."""
    try:
        address = ip_address(host)
    except ValueError:
        return _UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False))
    return str(address)
