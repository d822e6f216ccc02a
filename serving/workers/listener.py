"""The end of the listening socket of all API workers, without a reset connection.

The parent process holds the socket too. A connection that no worker has accepted would be reset
when the parent ends.
"""

import asyncio
import ctypes
import os
import socket
import struct
import sys
from contextlib import suppress

# Seconds in which a client sends its request and reads the refusal.
_REFUSAL_S = 1.0
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
    b"content-length: 28\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
    b'{"error":"the server stops"}'
)
_READ_BYTES = 65536
# Seconds for the handshakes that began before the filter. One needs a round trip to the client.
_HANDSHAKE_S = 0.1

# asm-generic/socket.h; the Python module socket has no such name.
_SO_ATTACH_FILTER = 26
# A program of classic BPF (linux/filter.h) on the TCP header, as (code, jump if true, jump if
# false, operand): load byte 13, the flags; if SYN (2) is set, keep 0 bytes of the packet, else all.
_DROP_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 2), (0x06, 0, 0, 0), (0x06, 0, 0, 2**32 - 1))


class Listener:
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

    async def refuse_the_rest(self) -> None:
        """End the listening. Answer 503 to the connections that no worker has accepted.

        The kernel resets a connection that it completes between the last ``accept`` and the end of
        the listening. Packets that open a connection are therefore dropped first. Their clients
        send them again after a second, and are refused.
        """
        # Systems other than Linux have no such filter. They cannot stop the listening of a socket
        # that the parent has too.
        if sys.platform == "linux":
            _drop_new_connections(self._socket)
            await asyncio.sleep(_HANDSHAKE_S)
        rest = []
        with suppress(OSError):
            while True:
                rest.append(self._socket.accept()[0])
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        await asyncio.gather(*map(_refuse, rest))


async def _refuse(connection: socket.socket) -> None:
    """Answer 503 to the first request of an accepted connection, and close the connection."""
    connection.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        async with asyncio.timeout(_REFUSAL_S):
            if await reader.read(_READ_BYTES):
                writer.write(_REFUSAL)
                writer.write_eof()
            # A close with unread input would reset the connection before the client has its answer.
            while await reader.read(_READ_BYTES):
                pass
    except (OSError, TimeoutError):
        pass  # The client has left, or sends nothing.
    finally:
        writer.close()


def _drop_new_connections(listener: socket.socket) -> None:
    """Let the kernel drop SYN packets to ``listener``. The workers' connections get no SYN."""
    program = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *step) for step in _DROP_SYN)
    )
    # struct sock_fprog
    filter_ = struct.pack("HP", len(_DROP_SYN), ctypes.addressof(program))
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, filter_)
