"""The key that opens ``/admin``."""

import base64
import binascii
import hmac
from http import HTTPStatus

from fastapi import Request

from serving.http.errors import ApiError

_REALM = {"WWW-Authenticate": 'Basic realm="feedback", charset="UTF-8"'}


class AdminKey:
    """FastAPI dependency: the key by ``Authorization: Bearer`` or as the password of HTTP Basic.

    Basic, since a link in a mail carries no header and a browser asks for a password. Without a
    key in the settings nobody gets in.
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
