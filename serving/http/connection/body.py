"""The body of a request: its media type, encoding, size and time."""

import asyncio
import zlib
from collections.abc import Mapping
from email.message import Message as Headers
from http import HTTPStatus

from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.connection.peer import CLIENT_CLOSED_REQUEST, peer_of
from serving.http.errors import ApiError, api_error_response, error_response
from serving.http.openapi import BINARY_ROUTES, FORM_ROUTES
from serving.metrics import ROUTE

BODY_LIMIT = 1024 * 1024
BODY_S = 10.0
"""Seconds in which the whole body must arrive."""

_CLOSE = {"Connection": "close"}
_BINARY = (b"", b"application/octet-stream")
FORM = b"application/x-www-form-urlencoded"
_CHARSETS = ("utf-8", "utf8")
_ENCODINGS = ("gzip", "deflate")
_MOST_GZIP_MEMBERS = 16
# RFC 9110: x-gzip means gzip, identity means no encoding.
_ENCODING_NAMES = {"identity": "", "x-gzip": "gzip"}
# Names that a client chose are shortened in errors.
_LONGEST_NAME = 40


class RequestBody:
    """ASGI middleware that reads the whole body before the app runs.

    - 415: the body is not JSON in UTF-8, or has an encoding other than gzip and deflate. A route of
      ``BINARY_ROUTES`` also takes binary data, and a body without a media type. A route of
      ``FORM_ROUTES`` also takes the body of an HTML form.
    - 413: the body, or the decoded body, has more than ``BODY_LIMIT`` bytes.
    - 408: the body is not complete after ``BODY_S`` seconds.
    - 400: the body cannot be decoded.

    The app does not run if the client leaves before the end of the body. The app gets the decoded
    body in one message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            route = scope.get(ROUTE)
            _check_content_type(headers, binary=route in BINARY_ROUTES, form=route in FORM_ROUTES)
        except ApiError as error:
            # The app answers an unknown path or method with 404 or 405.
            known = any(route.matches(scope)[0] == Match.FULL for route in scope["app"].routes)
            await (api_error_response(error) if known else self.app)(scope, receive, send)
            return
        try:
            body = await _read_body(scope, headers, receive)
            await self.app(scope, _replay(body, receive), send)
        except ApiError as error:
            await api_error_response(error)(scope, receive, send)
        except ClientDisconnect:
            # No client reads this answer. BentoML's time-out and the metrics wait for an answer.
            closed = error_response(CLIENT_CLOSED_REQUEST, "the client closed the connection")
            await closed(scope, receive, send)


def _check_content_type(headers: Mapping[bytes, bytes], *, binary: bool, form: bool) -> None:
    content_type = headers.get(b"content-type", b"")
    media_type, _, parameters = content_type.partition(b";")
    media_type = media_type.strip().lower()
    if (binary and media_type in _BINARY) or (form and media_type == FORM):
        return
    if media_type != b"application/json":
        accepted = "application/json or application/octet-stream" if binary else "application/json"
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send JSON with Content-Type: {accepted}"
        )
    if not parameters:
        return
    parsed = Headers()
    parsed["Content-Type"] = content_type.decode("latin-1")
    charset = parsed.get_content_charset("utf-8")
    if charset not in _CHARSETS:
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the charset {charset[:_LONGEST_NAME]} is not accepted, send utf-8",
        )


async def _read_body(scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    encoding = _content_encoding(headers)
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise _too_large("body")
    if peer_of(scope).sending:
        try:
            async with asyncio.timeout(BODY_S):
                body = await _receive_all(receive)
        except TimeoutError as error:
            raise ApiError(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the body was not complete after {BODY_S:g} s",
                headers=_CLOSE,
            ) from error
    else:
        # Most bodies have come with the headers. A time-out costs 4 µs.
        body = await _receive_all(receive)
    return _decode(body, encoding) if encoding else body


def _content_encoding(headers: Mapping[bytes, bytes]) -> str:
    """The encoding to be decoded, "" for none."""
    encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
    encoding = _ENCODING_NAMES.get(encoding, encoding)
    if encoding and encoding not in _ENCODINGS:
        accepted = ", ".join(_ENCODINGS)
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the content encoding {encoding[:_LONGEST_NAME]} is not accepted, "
            f"send one of: {accepted}, identity",
            headers={"Accept-Encoding": accepted},
        )
    return encoding


async def _receive_all(receive: Receive) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise _too_large("body")
    return bytes(body)


def _decode(body: bytes, encoding: str) -> bytes:
    """The decoded body. Decoding stops at the limit: a small body may decode to gigabytes."""
    try:
        if encoding == "gzip":
            decoded, rest = b"", body
            # A body may have several members (RFC 1952, section 2.2). A body of empty members would
            # occupy the event loop.
            for _ in range(_MOST_GZIP_MEMBERS):
                decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
                decoded += decoder.decompress(rest, BODY_LIMIT + 1 - len(decoded))
                rest = decoder.unused_data
                if not decoder.eof or not rest:
                    break
        else:
            decoder = zlib.decompressobj()
            decoded = decoder.decompress(body, BODY_LIMIT + 1)
        whole = decoder.eof and not decoder.unused_data
    except zlib.error:
        decoded, whole = b"", False
    if len(decoded) > BODY_LIMIT:
        raise _too_large("decoded body")
    if not whole:
        raise ApiError(HTTPStatus.BAD_REQUEST, f"the body is not valid {encoding}")
    return decoded


def _too_large(part: str) -> ApiError:
    return ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the {part} is larger than {BODY_LIMIT} bytes",
        headers=_CLOSE,
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
