"""Take mail on the loopback, with scripted faults: enough of RFC 5321 for one client."""

from __future__ import annotations

import base64
import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import pytest


@dataclass(frozen=True)
class Taken:
    """A mail that the server has taken; login is (user, password) or None."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    login: tuple[str, str] | None
    encrypted: bool

    @property
    def parsed(self) -> EmailMessage:
        """Return the mail as the standard library reads it."""
        return message_from_bytes(self.content, policy=policy.default)


class _Gone(Exception):
    """The server has closed the connection on purpose."""


@dataclass
class SmtpServer:
    """A server for a `with` block; faults says what it answers to a step instead of good news.

    Steps are connect, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA and "." (the end of the content). A
    fault is a line ("550 no such user"), "drop" (the connection closes), "drip" (a byte now and
    then) or "hang" (no answer while the test runs). `mails` has what it took, whether or not it
    could say so.
    """

    faults: dict[str, str] = field(default_factory=dict)
    tls: str = ""
    certificate: Path | None = None
    mails: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        """Listen on the loopback, in a thread."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.stopped = threading.Event()
        self.reached = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and wait for the dialogues under way."""
        self.stopped.set()
        # A listener that is closed while it accepts stays in accept(): one more connection ends it.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            connection, _ = self._listener.accept()
            if self.stopped.is_set():
                connection.close()
                return
            self.connections += 1
            connection.settimeout(10)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, _Gone, ValueError):
            if self.tls == "tls":
                connection = self._encrypted(connection)
            _Dialogue(self, connection).run()
        connection.close()

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert self.certificate is not None
        context.load_cert_chain(self.certificate)
        try:
            return context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            raise


class _Dialogue:
    def __init__(self, owner: SmtpServer, connection: socket.socket) -> None:
        self.owner = owner
        self.connection = connection
        self.reader = connection.makefile("rb")
        self.encrypted = owner.tls == "tls"
        self.login: tuple[str, str] | None = None
        self.sender, self.recipients = "", []

    def say(self, step: str, good: str) -> bool:
        """Answer, as the faults have it; tell whether it was the good answer."""
        fault = self.owner.faults.get(step, "")
        if fault == "drop":
            raise _Gone
        if fault in {"hang", "drip"}:
            self.owner.reached.set()
            while not self.owner.stopped.wait(0.02):
                if fault == "drip":
                    self.connection.sendall(b"2")
            raise _Gone
        self.connection.sendall(f"{fault or good}\r\n".encode())
        if fault.startswith("421"):
            raise _Gone
        return not fault

    def line(self) -> str:
        text = self.reader.readline().decode("latin-1")
        if not text:
            raise _Gone
        return text.rstrip("\r\n")

    def run(self) -> None:
        """Speak until the client leaves."""
        try:
            self.say("connect", "220 loopback")
            while True:
                line = self.line()
                verb = line.split(" ", 1)[0].upper()
                self.owner.said.append(verb)
                getattr(self, f"_{verb.lower()}", self._unknown)(line)
        finally:
            self.reader.close()
            self.connection.close()

    def _unknown(self, _line: str) -> None:
        self.say("", "502 not known")

    def _ehlo(self, _line: str) -> None:
        offers = ["loopback", "AUTH PLAIN LOGIN", "SIZE 10000000"]
        if self.owner.tls == "starttls" and not self.encrypted:
            offers = ["loopback", "STARTTLS"]
        lines = [f"250-{offer}" for offer in offers]
        self.say("EHLO", "\r\n".join([*lines, "250 HELP"]))

    def _starttls(self, _line: str) -> None:
        if self.say("STARTTLS", "220 go on"):
            self.connection = self.owner._encrypted(self.connection)
            self.reader.close()
            self.reader = self.connection.makefile("rb")
            self.encrypted = True

    def _auth(self, line: str) -> None:
        _, mechanism, *first = line.split(" ")
        if mechanism == "PLAIN":
            _, user, password = base64.b64decode(first[0]).decode().split("\0")
        else:
            user = base64.b64decode(first[0]).decode()
            self.connection.sendall(b"334 UGFzc3dvcmQ6\r\n")
            password = base64.b64decode(self.line()).decode()
        if self.say("AUTH", "235 welcome"):
            self.login = (user, password)

    def _mail(self, line: str) -> None:
        if self.say("MAIL", "250 ok"):
            self.sender = line.partition("<")[2].partition(">")[0]

    def _rcpt(self, line: str) -> None:
        if self.say("RCPT", "250 ok"):
            self.recipients.append(line.partition("<")[2].partition(">")[0])

    def _data(self, _line: str) -> None:
        if not self.say("DATA", "354 go on"):
            return
        lines = []
        while (line := self.reader.readline()) != b".\r\n":
            if not line:
                raise _Gone
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not self.owner.faults.get(".", "").startswith(("4", "5")):
            self.owner.mails.append(
                Taken(
                    self.sender,
                    tuple(self.recipients),
                    b"".join(lines),
                    self.login,
                    self.encrypted,
                )
            )
        self.say(".", "250 taken")

    def _rset(self, _line: str) -> None:
        self.say("RSET", "250 ok")

    def _quit(self, _line: str) -> None:
        self.say("QUIT", "221 bye")
        raise _Gone


def certificate(directory: Path, name: str = "DNS:localhost") -> Path:
    """Make a certificate that vouches for itself, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    path = directory / "own.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=loopback", "-addext", f"subjectAltName={name}"),
            *("-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=directory,
        check=True,
        capture_output=True,
    )
    path.write_text((directory / "key.pem").read_text() + (directory / "cert.pem").read_text())
    return path
