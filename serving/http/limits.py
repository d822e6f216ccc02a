"""Media type and size of a request's body."""

from http import HTTPStatus

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.errors import error_response

BODY_LIMIT = 1024 * 1024


class RequestLimits:
    """ASGI middleware: 415 for a body that is not JSON, 413 for a body over 1 MiB.

    The middleware reads the whole body, since the header ``Content-Length`` may be absent. The app
    gets the body in one message.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        media_type = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if media_type != b"application/json":
            # The app answers an unknown path or method with 404 or 405.
            if not any(route.matches(scope)[0] == Match.FULL for route in scope["app"].routes):
                await self.app(scope, receive, send)
                return
            refusal = error_response(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send JSON with Content-Type: application/json"
            )
            await refusal(scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        body = b""
        if not length.isdigit() or int(length) <= BODY_LIMIT:
            body = await _read(receive)
            if len(body) <= BODY_LIMIT:
                await self.app(scope, _replay(body, receive), send)
                return
        refusal = error_response(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {BODY_LIMIT} bytes"
        )
        await refusal(scope, receive, send)


async def _read(receive: Receive) -> bytes:
    """The body, or its beginning if it exceeds the limit."""
    body = bytearray()
    more = True
    while more and len(body) <= BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
