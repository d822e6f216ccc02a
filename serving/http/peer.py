"""The peer of a connection, which may close its connection before the answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import ClientDisconnect

CLIENT_CLOSED_REQUEST = 499
"""The code by which nginx logs a request whose client left before the answer."""

EXTENSION = "sentiment.peer"
"""Key of the peer in ``scope["extensions"]``, where ASGI servers add information."""


class Peer:
    """The client at the other end of a connection, on which one request runs at a time."""

    def __init__(self) -> None:
        self.gone = False
        self._limit: asyncio.Timeout | None = None

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """Cancel the block after ``seconds``, or when the client leaves.

        Raises ``TimeoutError`` or ``ClientDisconnect``.
        """
        try:
            async with asyncio.timeout(0 if self.gone else seconds) as self._limit:
                yield
        except TimeoutError as error:
            if self.gone:
                raise ClientDisconnect from error
            raise
        finally:
            self._limit = None

    def leave(self) -> None:
        """Note that the connection is lost. The block of ``within`` is cancelled."""
        self.gone = True
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time())


def peer_of(scope: Mapping[str, Any]) -> Peer:
    """The peer of an ASGI scope. Without ``serving.http.connection`` the peer never leaves."""
    peer = scope.get("extensions", {}).get(EXTENSION)
    return peer if isinstance(peer, Peer) else Peer()
