"""Authentication of ``/admin``."""

import base64
import binascii
import hmac
from http import HTTPStatus

from fastapi import Request

from serving.http.access.failed_attempts import FailedAttempts
from serving.http.access.identity import client_address
from serving.http.errors import ApiError

_REALM = {"WWW-Authenticate": 'Basic realm="feedback", charset="UTF-8"'}


class AdminKey:
    """FastAPI dependency that requires the admin key.

    Clients send it by ``Authorization: Bearer`` or as the password of HTTP Basic. Basic serves
    links in mails: the browser asks for the password. Every request is refused if the settings
    have no key. After five wrong keys an address must wait, even with the right key. People choose
    this key, so that it can be guessed: an answer at once would confirm a guess.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    async def __call__(self, request: Request) -> None:
        if not self._key:
            raise ApiError(HTTPStatus.FORBIDDEN, "SENTIMENT_ADMIN_KEY is not set: /admin is closed")
        authorization = request.headers.get("authorization")
        if authorization is None:
            # A browser asks for the password after this answer. It is no failed attempt.
            raise ApiError(HTTPStatus.UNAUTHORIZED, "the admin key is needed", headers=_REALM)
        attempts: FailedAttempts = request.app.state.failed_attempts
        address = client_address(request.scope)
        if wait_s := attempts.wait_s("admin", address):
            raise ApiError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too many wrong admin keys, try again later",
                headers={"Retry-After": str(wait_s)},
            )
        given = _given_key(authorization)
        if given is None or not hmac.compare_digest(given, self._key):
            attempts.add("admin", address, request.method, request.scope["route"].path)
            raise ApiError(HTTPStatus.UNAUTHORIZED, "the admin key is wrong", headers=_REALM)
        attempts.forget("admin", address)


def _given_key(authorization: str) -> bytes | None:
    """The key as bytes: Starlette reads a header's bytes as Latin-1."""
    scheme, _, credentials = authorization.partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "bearer":
        return credentials.encode("latin-1")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return None
    return None
