"""The HTTP connection: limits of size and time for the head of each request, and refusals.

The head is the request line with the headers. uvicorn limits neither its size nor its time. uvicorn
closes a connection without a request after 5 s (keep-alive).
"""

import asyncio
import socket
from collections import deque
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from serving import metrics
from serving.http.connection.head import (
    HEAD_LIMIT,
    TOO_LARGE,
    RefusedError,
    answer_to_refused,
    check_head,
)
from serving.http.connection.lingering import UNREAD_S, LingeringTransport
from serving.http.connection.peer import EXTENSION, Peer

HEAD_S = 10.0
"""Seconds until the first byte of a connection, and for a whole head."""
FRAMING_LIMIT = 8 * 1024 * 1024
"""Bytes of a chunked body that are not content: sizes of chunks, extensions and trailers."""
PIPELINE_LIMIT = 100
"""Requests of one connection that wait for answers."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PROBE_S = 0.1
# Seconds for the first request of a connection that was accepted just before a shutdown.
_LAST_REQUEST_S = 0.5
# State of a connection in tcp_info, the structure of the socket option TCP_INFO (linux/tcp.h).
_TCP_CLOSE = 7


class Connection(HttpToolsProtocol):
    """uvicorn's connection with limits. A refusal is JSON, is counted, and closes the connection.

    - 431: the head has more than ``HEAD_LIMIT`` bytes or ``HEADERS_LIMIT`` headers, or a chunked
      body has more than ``FRAMING_LIMIT`` bytes of framing.
    - 408: the head is not complete after ``HEAD_S`` seconds. The connection is closed without an
      answer if no byte came.
    - 400: the request is not valid HTTP, asks for a WebSocket, or does not have one ``Host``.
    - 400: more than ``PIPELINE_LIMIT`` requests of the connection wait for answers.

    A refusal follows the answers to all earlier requests of the connection.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._remote = Peer()
        self._in_head, self._head_begun = True, False
        self._head_bytes = self._framing_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._probe_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._unanswered = deque[RequestResponseCycle]()
        self._refusal: bytes | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = self._lingering = LingeringTransport(
            transport, self._has_unread_body, self.flow.resume_reading
        )
        self._head_timer = self.loop.call_later(HEAD_S, self._end_slow_head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        for timer in (self._probe_timer, self._write_timer):
            if timer:
                timer.cancel()
        self._lingering.stop()
        self._remote.leave()
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refusal or self._lingering.lingers:
            self._lingering.discard(len(data))
            return
        self._unset_keepalive_if_required()
        if self._in_head:
            self._head_bytes += len(data)
        else:
            self._framing_bytes += len(data)
        try:
            self._parse(data)
            head_too_large = self._in_head and self._head_bytes > HEAD_LIMIT
            if head_too_large or self._framing_bytes > FRAMING_LIMIT:
                raise RefusedError(*TOO_LARGE)
        except RefusedError as refused:
            self._refuse(*refused.args)
            return
        if self._in_head and self._head_bytes:
            self._start_head_timer()

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # The offer of another protocol is ignored (RFC 9110, section 7.8). httptools would skip
            # the body, so the request is parsed again without the offer.
            self._parse(self._head_without_upgrade() + data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            # httptools wraps the exceptions of the methods that it calls.
            if isinstance(error.__context__, RefusedError):
                raise error.__context__ from None
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "the request is not valid HTTP/1.1"
            ) from error

    def _head_without_upgrade(self) -> bytes:
        lines = [b"%b %b HTTP/1.1" % (self.parser.get_method(), self.url)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers are no headers: a client could change a header that a proxy has set.
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self._framing_bytes -= len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        check_head(
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version(),
            self.headers,
            offers_upgrade=self.parser.should_upgrade(),
        )
        if len(self._unanswered) >= PIPELINE_LIMIT:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, f"more than {PIPELINE_LIMIT} requests wait for answers"
            )
        if self.parser.should_upgrade():
            return
        self._in_head = False
        self._stop_head_timer()
        super().on_headers_complete()
        self.scope["extensions"] = {EXTENSION: self._remote}  # type: ignore[dict-item]
        self._unanswered.append(self.cycle)
        self._remote.sending = True

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self._in_head, self._head_begun = True, False
        self._head_bytes = self._framing_bytes = 0
        self._remote.sending = False

    def on_response_complete(self) -> None:
        self._unanswered.popleft()
        super().on_response_complete()
        if self._refusal and not self._unanswered:
            self._send_refusal(self._refusal)
        elif self._has_unread_body():
            self.transport.close()
        elif self._in_head and self._head_begun:
            # The next request is on its way: its head has ``HEAD_S`` seconds, not those of an idle
            # connection.
            self._unset_keepalive_if_required()
            self._start_head_timer()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection if the client has closed its side after a whole request.

        A client that has closed the whole connection looks the same. The interim answer 100, which
        clients ignore (RFC 9110, section 15.2.1), makes the kernel of such a client reset the
        connection.
        """
        is_tcp = self.client is not None and self.scheme == "http"
        if not is_tcp or not self._unanswered or self._unanswered[-1].more_body:
            return False
        self._unanswered[-1].keep_alive = False
        running = self._unanswered[0]
        if not running.response_started and running.scope["http_version"] == "1.1":
            self.transport.write(_CONTINUE)
        self._probe_timer = self.loop.call_later(_PROBE_S, self._probe)
        return True

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timer = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._write_timer:
            self._write_timer.cancel()

    def shutdown(self) -> None:
        """Wait for a request that the client is sending, answer it, and close the connection."""
        self.loop.call_later(_LAST_REQUEST_S, super().shutdown)

    def _probe(self) -> None:
        """Drop the connection if the client has reset it. After EOF, no read reports a reset."""
        if self.transport.is_closing():
            return
        tcp = self.transport.get_extra_info("socket")
        if tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _TCP_CLOSE:
            self.transport.abort()
        else:
            self._probe_timer = self.loop.call_later(_PROBE_S, self._probe)

    def _has_unread_body(self) -> bool:
        """Whether the latest request was answered before the end of its body."""
        return self.cycle is not None and self.cycle.response_complete and self.cycle.more_body

    def _end_slow_head(self) -> None:
        if self._head_bytes or self._head_begun:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT, f"the headers were not complete after {HEAD_S:g} s"
            )
        else:
            self.transport.close()

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_S, self._end_slow_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: HTTPStatus, error: str) -> None:
        metrics.HTTP_REQUESTS.labels("other", str(status.value)).inc()
        self._stop_head_timer()
        self._refusal = answer_to_refused(status, error, self.server_state.default_headers)
        if self._unanswered and self._unanswered[-1].more_body:
            # The end of this body will not come.
            unfinished = self._unanswered.pop()
            unfinished.disconnected = True
            unfinished.message_event.set()
        if not self._unanswered:
            self._send_refusal(self._refusal)

    def _send_refusal(self, refusal: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(refusal)
            self._lingering.linger()
