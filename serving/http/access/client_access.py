"""API keys and rate limits of the routes that clients use."""

import hmac
import logging
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api_keys import ApiKey
from serving.http.access.failed_attempts import FailedAttempts
from serving.http.access.identity import client_address, set_api_key
from serving.http.access.rate_limits import RateLimits
from serving.http.errors import ApiError, api_error_response
from serving.http.openapi import CLIENT_ROUTES
from serving.metrics import ROUTE
from serving.settings import Settings

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}

logger = logging.getLogger("bentoml.sentiment")


class Access:
    """ASGI middleware: 401 without a valid API key, 429 above the rate limit.

    Without ``keys`` every client may use the service. A valid key is accepted even after wrong keys
    from the same address: other clients may share the address, and keys cannot be guessed.
    """

    def __init__(self, app: ASGIApp, keys: Sequence[ApiKey]) -> None:
        self.app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get(ROUTE) not in CLIENT_ROUTES:
            await self.app(scope, receive, send)
            return
        limits: RateLimits | None = scope["app"].state.rate_limits
        try:
            if self._keys:
                self._authenticate(scope)
            if limits:
                limits.charge(scope, 1)
        except ApiError as error:
            await api_error_response(error)(scope, receive, send)
            return
        if limits is None:
            await self.app(scope, receive, send)
            return

        async def add_limit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "RateLimit" not in headers:
                    headers.update(limits.headers(scope))
            await send(message)

        await self.app(scope, receive, add_limit)

    def _authenticate(self, scope: Scope) -> None:
        given = _given_key(Headers(scope=scope))
        if given is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "an API key is needed", headers=_CHALLENGE)
        digest = sha256(given).digest()
        # Every digest is compared, so that response times reveal nothing about the keys.
        found = [key for key in self._keys if hmac.compare_digest(key.digest, digest)]
        if found:
            set_api_key(scope, found[0])
            return
        attempts: FailedAttempts = scope["app"].state.failed_attempts
        address = client_address(scope)
        if wait_s := attempts.wait_s("api", address):
            raise ApiError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too many wrong API keys, try again later",
                headers={"Retry-After": str(wait_s)},
            )
        attempts.add("api", address, scope["method"], scope[ROUTE])
        raise ApiError(HTTPStatus.UNAUTHORIZED, "the API key is wrong", headers=_CHALLENGE)


def limits_requests(settings: Settings) -> bool:
    """Whether any client has a rate limit."""
    return bool(settings.api_keys or settings.rate_limit)


def warn_of_open_access(settings: Settings) -> None:
    if not settings.api_keys:
        logger.warning("SENTIMENT_API_KEYS is not set: every client may use the service")


def _given_key(headers: Headers) -> bytes | None:
    """The key of ``Authorization: Bearer``, or else of ``X-API-Key``."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip().encode("latin-1")
    key = headers.get("x-api-key")
    return None if key is None else key.strip().encode("latin-1")
