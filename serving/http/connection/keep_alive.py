"""The end of kept-alive connections, which the answer before announces."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.http.connection.peer import peer_of


class AnnouncedClose:
    """ASGI middleware: an answer says ``Connection: close`` if its connection closes after it.

    Connections close while ``is_draining``, and after an error before the end of the body.
    """

    def __init__(self, app: ASGIApp, is_draining: Callable[[], bool]) -> None:
        self.app = app
        self.is_draining = is_draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = peer_of(scope)

        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start" and (
                self.is_draining() or (peer.sending and message["status"] >= 400)
            ):
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_closing if scope["type"] == "http" else send)
