"""Draining: the end of a worker after SIGTERM, without a reset connection.

uvicorn alone closes its idle connections at once, even while a client is sending a request. The
parent process listens until all workers have ended. It then resets the connections that no worker
has accepted.
"""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

import click

from serving.workers.listener import Listener
from serving.workers.shared_counters import SharedCounters

GRACE_S = 0.5
"""Seconds between SIGTERM and the end of idle connections."""
_INTERVAL_S = 0.002

# Stages of a worker, as numbers that the workers share.
_DRAINING, _CLOSED = 1, 2


class Draining:
    """The stop of an API worker.

    After SIGTERM the worker serves for ``GRACE_S`` seconds more, and each answer closes its
    connection. Then uvicorn stops. The last worker ends the listening of the shared socket. Later
    connections are refused, so that their clients may try again.

    A worker that gets SIGTERM during its start ends before it serves.
    """

    def __init__(self) -> None:
        self._active = False
        self._stages: SharedCounters | None = None
        self._refusals: asyncio.Task[None] | None = None

    def is_active(self) -> bool:
        return self._active

    def start_on_sigterm(self, share_stages: Callable[[], SharedCounters]) -> None:
        """Take SIGTERM from uvicorn. Call this from the event loop of the main thread.

        ``share_stages`` maps the stages of this worker and of its siblings.
        """
        self._loop = asyncio.get_running_loop()
        self._stop_uvicorn = signal.signal(signal.SIGTERM, self._start)
        if _has_stopped(self._stop_uvicorn):
            # uvicorn would listen once more before it stops. If the siblings have ended the
            # listening, the clients would connect again, and no worker would accept them.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)
        worker = click.get_current_context(silent=True)
        self._listener = None if worker is None else Listener(int(worker.params["fd"]))
        self._stages = stages = share_stages()
        if self._active:
            stages.mine = _DRAINING

    async def finish(self) -> None:
        """Wait until the refused clients have their answers. Call this before the loop ends."""
        if self._refusals:
            await self._refusals

    def _start(self, *_: int | FrameType | None) -> None:
        if not self._active:
            self._active = True
            if self._stages:
                self._stages.mine = _DRAINING
            self._loop.call_soon_threadsafe(self._loop.call_later, GRACE_S, self._stop)

    def _stop(self) -> None:
        _handle(self._stop_uvicorn)
        if self._listener and self._stages:
            self._close(self._listener, self._stages)

    def _close(self, listener: Listener, stages: SharedCounters) -> None:
        if listener.uvicorn_listens():
            self._loop.call_later(_INTERVAL_S, self._close, listener, stages)
            return
        stages.mine = _CLOSED
        if all(stage == _CLOSED for stage in stages.living()):
            self._refusals = self._loop.create_task(listener.refuse_the_rest())


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


def _has_stopped(handler: object) -> bool:
    """Whether the uvicorn server of a signal handler has received a signal."""
    return bool(getattr(getattr(handler, "__self__", None), "should_exit", False))


def _handle(handler: object) -> None:
    """Call a signal handler of Python."""
    if callable(handler):
        handler(signal.SIGTERM, None)
