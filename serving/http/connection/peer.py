"""The peer of a connection. A peer may close the connection before the answer."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect

CLIENT_CLOSED_REQUEST = 499
"""The code by which nginx logs a request whose client left before the answer."""

EXTENSION = "sentiment.peer"
"""Key of the peer in ``scope["extensions"]``, where ASGI servers add information."""


Answer = TypeVar("Answer")


class Peer:
    """The other end of a connection, a client or a proxy. One request runs at a time.

    ``left``: the connection is closed. ``sending``: the newest request is not complete.
    """

    def __init__(self) -> None:
        self.left = False
        self.sending = True
        self._limit: asyncio.Timeout | None = None

    async def wait_for(self, answer: Awaitable[Answer], seconds: float) -> Answer:
        """Wait for an answer, and cancel it after ``seconds`` or when the peer leaves.

        Raises ``TimeoutError`` or ``ClientDisconnect``.
        """
        try:
            async with asyncio.timeout(0 if self.left else seconds) as self._limit:
                return await answer
        except TimeoutError as error:
            if self.left:
                raise ClientDisconnect from error
            raise
        finally:
            self._limit = None

    def leave(self) -> None:
        """Record that the connection is closed, and cancel the answer that ``wait_for`` awaits."""
        self.left = True
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time())


def peer_of(scope: Mapping[str, Any]) -> Peer:
    """The peer of an ASGI scope. Without the class ``Connection`` the peer never leaves."""
    peer = scope.get("extensions", {}).get(EXTENSION)
    return peer if isinstance(peer, Peer) else Peer()
