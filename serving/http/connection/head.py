"""The head of a request, which is its request line with its headers: limits and refusals."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from serving.http.request_ids import new_request_id

HEAD_LIMIT = 32 * 1024
"""Bytes of the request line and the headers."""
HEADERS_LIMIT = 100

TOO_LARGE = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"the headers exceed {HEAD_LIMIT} bytes or {HEADERS_LIMIT} headers",
)


class RefusedError(Exception):
    """A request that the service does not accept, with the status and the error of the answer."""


def check_head(
    method: bytes,
    url: bytes,
    version: str,
    headers: Sequence[tuple[bytes, bytes]],
    *,
    offers_upgrade: bool,
) -> None:
    """Raise ``RefusedError`` if a head is too large or not acceptable. Names are in lower case."""
    size, hosts, websocket = len(url), 0, False
    for name, value in headers:
        size += len(name) + len(value)
        if name == b"host":
            hosts += 1
        elif name == b"upgrade":
            websocket = b"websocket" in value.lower()
    if size > HEAD_LIMIT or len(headers) > HEADERS_LIMIT:
        raise RefusedError(*TOO_LARGE)
    if version not in ("1.0", "1.1"):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "send HTTP/1.1")
    if hosts > 1 or (not hosts and version == "1.1"):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "send one Host header")
    if offers_upgrade and (websocket or method == b"CONNECT"):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the service has no WebSocket and no tunnel")


def answer_to_refused(
    status: HTTPStatus, error: str, headers: Sequence[tuple[bytes, bytes]]
) -> bytes:
    """The whole answer, with more ``headers``, after which the connection closes."""
    body = json.dumps({"error": error}).encode()
    lines = [
        *(b"%b: %b\r\n" % header for header in headers),
        b"content-type: application/json\r\n",
        b"content-length: %d\r\n" % len(body),
        b"x-request-id: %b\r\n" % new_request_id().encode(),
        b"connection: close\r\n\r\n",
    ]
    return b"".join([STATUS_LINE[status], *lines, body])
