"""Send one message to an SMTP server, and know whether the server may have accepted it."""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator

from papertriage.delivery.account import Account
from papertriage.errors import MailError
from papertriage.text import visible

_CONNECT = 10.0
# RFC 5321 allows a server ten minutes for its answer; users do not wait that long.
_ANSWER = 60.0
_WHOLE = 120.0
"""The time limit for a whole session, in seconds."""
_TAKEN, _START = frozenset((250, 251)), frozenset((354,))
_REFUSED = range(400, 600)
_REPLY = 200

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPNotSupportedError, "does not support STARTTLS or login: is mail.port right?"),
    (smtplib.SMTPServerDisconnected, "closed the connection or does not answer"),
    (ssl.SSLError, "does not speak TLS here: are mail.port and mail.security right?"),
    (TimeoutError, "does not answer"),
)


class Sending:
    """The sending of one message; `handed_over` is whether the server may have accepted it."""

    def __init__(self, account: Account, password: str | None) -> None:
        """Use an account and its password, None without a login."""
        self.account = account
        self.handed_over = False
        self._password = password

    def send(self, recipient: str, message: bytes) -> None:
        """Send a message with CRLF line endings to one recipient; raises MailError."""
        try:
            with self._session() as server:
                self._offer(server, recipient)
                self._hand_over(server, message)
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # Without its cause: a server's answer may quote what we sent.
            raise MailError(self._said(error)) from None

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        account = self.account
        # Checks the host name against the system's authorities, or those in SSL_CERT_FILE.
        context = ssl.create_default_context()
        # Do not send this machine's name, which smtplib would look up.
        place = (account.host, account.port, "localhost")
        server: _Client
        if account.security == "tls":
            server = _TlsClient(*place, timeout=_CONNECT, context=context)
        else:
            server = _Client(*place, timeout=_CONNECT)
        try:
            assert server.sock is not None  # noqa: S101 - it has connected
            server.sock.settimeout(_ANSWER)
            if account.security == "starttls":
                server.starttls(context=context)
            if self._password is not None:
                server.login(account.user, self._password)
            server.ehlo_or_helo_if_needed()
            yield server
        finally:
            server.close()

    def _offer(self, server: smtplib.SMTP, recipient: str) -> None:
        _expect(_TAKEN, *server.mail(self.account.sender))
        _expect(_TAKEN, *server.rcpt(recipient))
        _expect(_START, *server.docmd("DATA"))

    def _hand_over(self, server: smtplib.SMTP, message: bytes) -> None:
        # From here on only the server's answer tells whether it has accepted the message.
        self.handed_over = True
        server.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        code, reply = server.getreply()
        # A truncated answer may parse as any number: only a refusal is certain.
        self.handed_over = code not in _REFUSED
        _expect(_TAKEN, code, reply)

    def _said(self, error: Exception) -> str:
        """Return in one line what failed, where, and why."""
        where = f"{self.account.host}:{self.account.port}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            # Without the answer, which may quote the login.
            return f"{where} refused the login of {self.account.user} ({error.smtp_code})"
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{where} refused the mail: {error.smtp_code} {self._reply(error.smtp_error)}"
        if isinstance(error, ssl.SSLCertVerificationError):
            why = visible(error.verify_message, _REPLY)
            return f"{where} cannot be trusted ({why}): set SSL_CERT_FILE to trust another CA"
        for kind, reason in _REASONS:
            if isinstance(error, kind):
                return f"{where} {reason}"
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        return f"{where} cannot be reached: {visible(reason, _REPLY)}"

    def _reply(self, reply: bytes | str) -> str:
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        if self._password:
            plain = self._password.encode()
            login = f"\0{self.account.user}\0".encode() + plain
            for secret in (plain, base64.b64encode(plain), base64.b64encode(login)):
                text = text.replace(secret.decode(), "…")
        return visible(text, _REPLY)


def _expect(codes: frozenset[int], code: int, reply: bytes) -> None:
    if code not in codes:
        raise smtplib.SMTPResponseException(code, reply)


class _Client(smtplib.SMTP):
    """A client that shuts the connection down when the session takes too long.

    A timeout applies to each read, so a server that sends a byte a second never triggers it.
    """

    _expiry: threading.Timer | None = None

    def connect(self, host: str = "localhost", port: int = 0, *_: object) -> tuple[int, bytes]:
        self._expiry = threading.Timer(_WHOLE, self._shut)
        self._expiry.daemon = True
        self._expiry.start()
        try:
            return super().connect(host, port)
        except BaseException:
            self._expiry.cancel()
            raise

    def close(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        super().close()

    def _shut(self) -> None:
        if self.sock is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown: it drops the TLS state under the reader's feet.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _TlsClient(_Client, smtplib.SMTP_SSL):
    """A client that speaks TLS from the start."""
