"""Counts and times of requests by route."""

import time
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.connection.peer import CLIENT_CLOSED_REQUEST, peer_of
from serving.metrics import HTTP_REQUESTS, REQUEST_SECONDS, ROUTE

# Codes whose counters start at 0, so that the alert on errors sees the first error.
_INITIAL_CODES = (200, 500, 503, 504)


class RequestMetrics:
    """ASGI middleware that counts and times requests by route; an unknown path is "other".

    A request whose client left before the answer has the code 499, whatever the app answered.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[str]) -> None:
        self.app = app
        self.routes = frozenset(routes)
        self._seconds = {route: REQUEST_SECONDS.labels(route) for route in (*self.routes, "other")}
        self._requests = {
            (route, code): HTTP_REQUESTS.labels(route, str(code))
            for route in self.routes
            for code in _INITIAL_CODES
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        peer = peer_of(scope)
        code: int | None = None

        async def note_code(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = CLIENT_CLOSED_REQUEST if peer.left else message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_code)
        finally:
            if code is None:
                code = CLIENT_CLOSED_REQUEST if peer.left else 500
            route = scope.get(ROUTE, "other")
            if (route, code) not in self._requests:
                self._requests[route, code] = HTTP_REQUESTS.labels(route, str(code))
            self._requests[route, code].inc()
            self._seconds[route].observe(time.perf_counter() - started)
