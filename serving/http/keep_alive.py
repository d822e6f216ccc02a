"""The end of kept-alive connections while a worker stops."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CloseWhileDraining:
    """ASGI middleware: while ``is_draining``, answers carry ``Connection: close``."""

    def __init__(self, app: ASGIApp, is_draining: Callable[[], bool]) -> None:
        self.app = app
        self.is_draining = is_draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self.is_draining():
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_closing if scope["type"] == "http" else send)
