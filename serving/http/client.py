"""The client of a request, for bounds per client."""

from fastapi import Request


def client_identity(request: Request) -> str | None:
    """The address of the client, None if the server does not know it."""
    return request.client.host if request.client else None
