"""Connections spread over the workers of one server.

All workers accept from one socket. Whichever is awake first takes the connections that wait, and
keep-alive leaves them with it: docs/performance.md.
"""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.workers.shared import WorkerNumbers

_TURN_S = 0.5


class SpreadConnections:
    """ASGI middleware: a worker with more than its share of connections ends some with an answer.

    Their clients, told so by ``Connection: close``, connect again, and are accepted by the worker
    that has time for it. A connection counts where it asks for something within half a second.
    ``numbers`` gives what the workers share, once this one has begun.
    """

    def __init__(self, app: ASGIApp, numbers: Callable[[], WorkerNumbers]) -> None:
        self.app = app
        self._numbers = numbers()
        self._seen: set[tuple[str, int]] = set()
        self._turn: asyncio.TimerHandle | None = None
        self._excess = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["client"] is None:
            await self.app(scope, receive, send)
            return
        self._seen.add(tuple(scope["client"]))
        if self._turn is None:
            self._begin_turn()

        async def send_and_end(message: Message) -> None:
            if message["type"] == "http.response.start" and self._excess:
                self._excess -= 1
                headers = [*message["headers"], (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_and_end)

    def _begin_turn(self) -> None:
        self._turn = asyncio.get_running_loop().call_later(_TURN_S, self._end_turn)

    def _end_turn(self) -> None:
        self._turn = None
        self._numbers.mine = len(self._seen)
        self._excess = excess(len(self._seen), self._numbers.living())
        if self._seen:
            self._seen.clear()
            self._begin_turn()


def excess(mine: int, all_workers: list[int]) -> int:
    """How many of ``mine`` are above the mean, where that is more than an eighth of them."""
    above = mine + sum(all_workers) // -len(all_workers)
    return above if above > mine // 8 else 0
