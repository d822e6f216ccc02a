"""``X-Request-ID``: one id for each request, in its answer and its log lines."""

import re
import secrets
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_NAME = HEADER.lower().encode()
_SAFE = re.compile(rb"[A-Za-z0-9._-]{1,128}")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that the current task answers, "" outside of a request."""


class RequestIds:
    """ASGI middleware that returns the client's request id, or a new one if it is not safe.

    A safe id has 1 to 128 letters, digits, dots, underscores and hyphens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Starlette's Headers would decode the names of all headers.
        given = next((value for name, value in scope["headers"] if name == _NAME), b"")
        chosen = given.decode() if _SAFE.fullmatch(given) else new_request_id()
        request_id.set(chosen)

        async def add_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", []).append((_NAME, chosen.encode()))
            await send(message)

        try:
            await self.app(scope, receive, add_id)
        except Exception as error:
            # The server logs the error in another task, which does not have the request's id.
            error.add_note(f"request_id={chosen}")
            raise


def new_request_id() -> str:
    return secrets.token_hex(16)
