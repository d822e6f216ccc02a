"""The HTTP server of the receiver: Alertmanager's messages, the token and the starts."""

import hmac
import json
import logging
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deploy.retraining.receiver.errors import StartError
from deploy.retraining.receiver.settings import Settings
from deploy.retraining.receiver.start_record import RecordError, StartRecord

ALERT = "SentimentRetrainingDue"
_MOST_BYTES = 2**20
_FAMILY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_log = logging.getLogger("retraining")


def due_families(message: Any) -> list[str]:
    """Families of the firing alerts ``ALERT`` in a message of Alertmanager's webhook (version 4).

    Raises ``ValueError`` if the message has another form.
    """
    try:
        firing = [
            alert["labels"]["model"]
            for alert in message["alerts"]
            if alert["status"] == "firing" and alert["labels"]["alertname"] == ALERT
        ]
        if not all(_FAMILY.fullmatch(family) for family in firing):
            raise ValueError("an alert names no family")
    except (KeyError, TypeError) as error:
        raise ValueError("no message of Alertmanager") from error
    return list(dict.fromkeys(firing))


class Receiver(ThreadingHTTPServer):
    """Listens for messages. Each start has its own thread, so that Alertmanager never waits."""

    daemon_threads = True

    def __init__(self, settings: Settings) -> None:
        super().__init__((settings.host, settings.port), _Handler)
        self._record = StartRecord(settings.record)
        self._starter = settings.starter
        self._token = settings.token.encode()

    def is_authorized(self, header: str) -> bool:
        """Whether an Authorization header has the token. The comparison takes constant time."""
        scheme, _, token = header.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), self._token)

    def begin(self, families: list[str]) -> str | None:
        """Begin a retraining of one of the families and return its name.

        None if a retraining began within the last day, or without families.
        """
        if not families:
            return None
        family = self._record.claim(families)
        if family is None:
            _log.info("nothing begins: a retraining began within the last day")
        else:
            _log.info("a retraining of %s begins", family)
            threading.Thread(target=self._start, args=(family,), daemon=True).start()
        return family

    def _start(self, family: str) -> None:
        try:
            _log.info("%s: %s", family, self._starter.start(family))
        except StartError as error:
            # Alertmanager repeats its message while the alert fires.
            _log.error("%s: %s. The next notification tries again", family, error)
            try:
                self._record.release(family)
            except RecordError:
                _log.exception("the failed start of %s counts as the start of this day", family)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    server_version = "retraining"
    sys_version = ""
    # Of a client that sends nothing, in seconds.
    timeout = 10

    def do_GET(self) -> None:
        found = self.path == "/livez"
        self._answer(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, {})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self._answer(HTTPStatus.LENGTH_REQUIRED, {"error": "no length"})
        if int(length) > _MOST_BYTES:
            return self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too large"})
        # A connection that closes with unread bytes may lose the answer.
        body = self.rfile.read(int(length))
        if self.path != "/alerts":
            return self._answer(HTTPStatus.NOT_FOUND, {})
        if not self.server.is_authorized(self.headers.get("Authorization", "")):
            _log.warning("a message from %s has a wrong token", self.client_address[0])
            return self._answer(HTTPStatus.UNAUTHORIZED, {"error": "wrong token"})
        try:
            families = due_families(json.loads(body))
        except ValueError as error:
            return self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        try:
            begun = self.server.begin(families)
        except RecordError as error:
            _log.error("%s", error)
            return self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "no record"})
        return self._answer(HTTPStatus.OK, {"due": families, "begun": begun})

    def _answer(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Leave requests out of the log."""
