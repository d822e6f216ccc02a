"""Authentication of ``/admin``."""

import base64
import binascii
import hmac
from http import HTTPStatus

from fastapi import Request

from serving.http.errors import ApiError

_REALM = {"WWW-Authenticate": 'Basic realm="feedback", charset="UTF-8"'}


class AdminKey:
    """FastAPI dependency that requires the admin key.

    Clients send it by ``Authorization: Bearer`` or as the password of HTTP Basic. Basic serves
    links in mails: the browser asks for the password. Every request is refused if the settings
    have no key.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __call__(self, request: Request) -> None:
        if not self._key:
            raise ApiError(HTTPStatus.FORBIDDEN, "SENTIMENT_ADMIN_KEY is not set: /admin is closed")
        given = _given_key(request.headers.get("authorization", ""))
        if given is None or not hmac.compare_digest(given, self._key):
            raise ApiError(HTTPStatus.UNAUTHORIZED, "the admin key is needed", headers=_REALM)


def _given_key(authorization: str) -> bytes | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip().encode()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).partition(b":")[2]
        except binascii.Error:
            return None
    return None
