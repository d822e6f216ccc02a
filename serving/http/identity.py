"""The identity of a client, for bounds of feedback."""

from collections.abc import Mapping
from typing import Any


def client_identity(scope: Mapping[str, Any]) -> str:
    """The address of the client; ``scope`` is an ASGI scope or a Starlette request."""
    peer = scope.get("client")
    return f"address {peer[0]}" if peer else "unknown"
