"""Lingering close: the end of a connection whose client may still be sending.

A socket that is closed with unread input resets the connection, and the client loses the answer.
The server therefore ends its sending side first, then reads and discards (RFC 9112, section 9.6).
"""

import asyncio
from collections.abc import Callable
from typing import Any

UNREAD_S = 60.0
"""Seconds in which a client must read the rest of an answer. Then the connection is aborted."""
_LINGER_S = 5.0
_LINGER_BYTES = 64 * 1024 * 1024


class LingeringTransport(asyncio.Transport):
    """A transport that lingers at its close if ``has_unread_input`` returns true.

    The transport calls ``resume_reading`` when it begins to discard.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        has_unread_input: Callable[[], bool],
        resume_reading: Callable[[], None],
    ) -> None:
        super().__init__()
        self.lingers = False
        self._transport = transport
        self._has_unread_input, self._resume_reading = has_unread_input, resume_reading
        self._discarded = 0
        self._timer: asyncio.TimerHandle | None = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        return self.lingers or self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def abort(self) -> None:
        self._transport.abort()

    def close(self) -> None:
        if self._has_unread_input():
            self.linger()
        elif not self.lingers:
            self._close()

    def linger(self) -> None:
        """End the sending side. Close at the client's end, after 5 s, or after 64 MiB."""
        if self.is_closing():
            return
        if not self._transport.can_write_eof():
            self._close()
            return
        self.lingers = True
        self._transport.write_eof()
        self._timer = asyncio.get_running_loop().call_later(_LINGER_S, self._close)
        self._resume_reading()

    def discard(self, received: int) -> None:
        """Count discarded bytes, and close at the limit."""
        self._discarded += received
        if self._discarded > _LINGER_BYTES:
            self._close()

    def _close(self) -> None:
        """Close the connection once the client has read the answer, or after ``UNREAD_S``."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(UNREAD_S, self._transport.abort)
        self._transport.close()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
