"""The routes of ``/docs.json``: other paths are refused, and ``Allow`` lists the methods."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.datastructures import URL, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.errors import error_response
from serving.metrics import ROUTE


class HeadRequests:
    """ASGI middleware that answers HEAD as GET. The server omits the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


class DocumentedRoutes:
    """ASGI middleware that admits the documented paths, and closes BentoML's other routes.

    ``routes`` are the methods of each path template. An unknown path is a 404. A path with a slash
    at its end is redirected, below the path ``prefix`` of a reverse proxy. A 405 gets the header
    ``Allow``. The metrics read the template from the scope.
    """

    def __init__(self, app: ASGIApp, routes: Mapping[str, Sequence[str]], prefix: str) -> None:
        self.app = app
        self.prefix = prefix
        self._allow = {path: ", ".join(_with_head(methods)) for path, methods in routes.items()}
        self._plain = frozenset(path for path in routes if "{" not in path)
        self._patterns = [(compile_path(path)[0], path) for path in routes if "{" in path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        route = self._route(scope["path"])
        if route is None:
            await self._refuse_or_redirect(scope, receive, send)
            return
        scope[ROUTE] = route

        async def name_methods(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                MutableHeaders(scope=message)["Allow"] = self._allow[route]
            await send(message)

        await self.app(scope, receive, name_methods)

    def _route(self, path: str) -> str | None:
        """The template of the path, None if there is no such route."""
        if path in self._plain:
            return path
        for pattern, template in self._patterns:
            if pattern.match(path):
                return template
        return None

    async def _refuse_or_redirect(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if self._route(path) is None:
            await error_response(HTTPStatus.NOT_FOUND, "not found")(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        target = URL(path=self.prefix + path, query=query)
        await RedirectResponse(target)(scope, receive, send)


def _with_head(methods: Sequence[str]) -> list[str]:
    return sorted({*methods, "HEAD"} if "GET" in methods else methods)
