"""The place of ``/schema.json``: BentoML's router has a route of that path."""

from starlette.types import ASGIApp, Receive, Scope, Send

SCHEMA_PATH = "/schema.json"


class SchemaRoute:
    """ASGI middleware that lets ``contract``, the mounted app, answer ``/schema.json``.

    BentoML's router would prefer its own route, whose answer lists no route of a mounted app.
    """

    def __init__(self, app: ASGIApp, contract: ASGIApp) -> None:
        self.app = app
        self.contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = self.contract if scope.get("path") == SCHEMA_PATH else self.app
        await answering(scope, receive, send)
