"""Draining: the end of a worker after SIGTERM, without a reset connection.

uvicorn alone closes its idle connections at once, even while a client is sending a request. The
parent process listens until all workers have ended. It then resets the connections that no worker
has accepted.
"""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import cast

import click

from serving.workers.shared_counters import SharedCounters

GRACE_S = 0.5
"""Seconds between SIGTERM and the end of idle connections."""
_INTERVAL_S = 0.002

# Stages of a worker, as numbers that the workers share.
_DRAINING, _CLOSED = 1, 2

_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
    b"content-length: 28\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
    b'{"error":"the server stops"}'
)


class Draining:
    """The stop of an API worker.

    After SIGTERM the worker serves for ``GRACE_S`` seconds more, and each answer closes its
    connection. Then uvicorn stops. The last worker ends the listening of the shared socket. Later
    connections are refused, so that their clients may try again.
    """

    def __init__(self) -> None:
        self._active = False

    def is_active(self) -> bool:
        return self._active

    def start_on_sigterm(self, stages: SharedCounters) -> None:
        """Take SIGTERM from uvicorn. Call this from the event loop of the main thread.

        ``stages``: the stages of this worker and of its siblings.
        """
        self._stages = stages
        self._loop = asyncio.get_running_loop()
        self._stop_uvicorn = signal.getsignal(signal.SIGTERM)
        worker = click.get_current_context(silent=True)
        self._listener = None if worker is None else _Listener(int(worker.params["fd"]))
        signal.signal(signal.SIGTERM, self._start)

    def _start(self, *_: int | FrameType | None) -> None:
        if not self._active:
            self._active = True
            self._stages.mine = _DRAINING
            self._loop.call_soon_threadsafe(self._loop.call_later, GRACE_S, self._stop)

    def _stop(self) -> None:
        _handle(self._stop_uvicorn)
        if self._listener:
            self._close(self._listener)

    def _close(self, listener: "_Listener") -> None:
        if listener.uvicorn_listens():
            self._loop.call_later(_INTERVAL_S, self._close, listener)
            return
        self._stages.mine = _CLOSED
        if all(stage == _CLOSED for stage in self._stages.living()):
            listener.refuse_the_rest(self._loop)


class RunnerDraining:
    """The stop of a runner worker.

    After SIGTERM the runner serves until the draining API workers have ended. It does not wait for
    API workers that got no SIGTERM. ``stages`` are the API workers' stages.
    """

    def __init__(self, stages: SharedCounters) -> None:
        self._stages = stages
        self._started = False

    def start_on_sigterm(self) -> None:
        """Take SIGTERM from uvicorn. Call this from the event loop of the main thread."""
        self._loop = asyncio.get_running_loop()
        self._stop_uvicorn = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, self._start)

    def _start(self, *_: int | FrameType | None) -> None:
        if not self._started:
            self._started = True
            self._loop.call_soon_threadsafe(self._loop.call_later, GRACE_S / 2, self._stop)

    def _stop(self) -> None:
        if any(stage >= _DRAINING for stage in self._stages.living()):
            self._loop.call_later(_INTERVAL_S * 10, self._stop)
        else:
            _handle(self._stop_uvicorn)


class _Listener:
    """The listening socket that uvicorn has from the parent process, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._socket.setblocking(False)

    def uvicorn_listens(self) -> bool:
        try:
            return os.path.sameopenfile(self._descriptor, self._socket.fileno())
        except OSError:
            return False

    def refuse_the_rest(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer 503 to connections that no worker has accepted, and end the listening."""
        rest = []
        with suppress(OSError):
            while True:
                rest.append(self._socket.accept()[0])
        # Systems other than Linux cannot stop the listening of a socket that the parent has too.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        for connection in rest:
            connection.setblocking(False)
            loop.create_task(_refuse(loop, connection))


async def _refuse(loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
    await loop.connect_accepted_socket(_Refusal, connection)


class _Refusal(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, _: bytes) -> None:
        self._transport.write(_REFUSAL)
        self._transport.close()


def _handle(handler: object) -> None:
    """Call a signal handler of Python."""
    if callable(handler):
        handler(signal.SIGTERM, None)
