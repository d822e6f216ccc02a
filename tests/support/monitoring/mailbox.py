"""An SMTP server on loopback that keeps the mails it receives."""

import email
import time
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.servers import free_port


class Mailbox:
    """An SMTP server for any recipient. With ``logins`` it requires authentication."""

    def __init__(self, logins: dict[str, str] | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()
        self._logins = logins
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            auth_require_tls=False,
            # Alertmanager closes the connection on the prompts of aiosmtpd's LOGIN.
            auth_exclude_mechanism=["LOGIN"],
            authenticator=_authenticator(logins) if logins is not None else None,
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._logins is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def wait_for(self, amount: int, patience_s: float) -> EmailMessage:
        """Wait for a number of mails and return the last of them.

        Raises ``TimeoutError`` after ``patience_s`` seconds.
        """
        deadline = time.monotonic() + patience_s
        while len(self.mails) < amount:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.mails)} mails, not {amount}, after {patience_s} s")
            time.sleep(0.1)
        return self.mails[amount - 1]

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def content(mail: EmailMessage, form: str) -> str:
    r"""The ``plain`` or ``html`` part of a mail, with ``\n`` as line ends."""
    part = mail.get_body((form,))
    assert part is not None
    text: str = part.get_content()
    return "\n".join(text.splitlines())


def _authenticator(logins: dict[str, str]) -> Any:
    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = logins.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=known)

    return check
