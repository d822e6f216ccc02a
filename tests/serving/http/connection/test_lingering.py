import asyncio
import socket

import pytest

from serving.http.connection import lingering
from serving.http.connection.lingering import LingeringTransport

pytestmark = pytest.mark.server


class _Answer(asyncio.Protocol):
    """Sends an answer that no buffer holds, and closes the connection."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(bytes(32 * 1024 * 1024))
        LingeringTransport(transport, lambda: False, lambda: None).close()

    def connection_lost(self, _: Exception | None) -> None:
        self.lost.set()


def test_a_client_that_does_not_read_its_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "UNREAD_S", 0.2)

    async def answer_nobody() -> None:
        answer = _Answer()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: answer, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()):
            await asyncio.wait_for(answer.lost.wait(), 10)
        server.close()

    asyncio.run(answer_nobody())
