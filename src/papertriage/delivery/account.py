"""Read the mail account from the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

from papertriage import config
from papertriage.errors import ConfigurationError, InputError
from papertriage.text import visible

# RFC 8314, section 7.3: 587 with STARTTLS, 465 with TLS from the start.
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
# RFC 5321 without quoted local parts and address literals, which no real mailbox has.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([^\W_]([\w-]*[^\W_])?\.)*[^\W_][\w-]*"
)
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Account:
    """A mail server, its user and the sender; security is starttls, tls or none."""

    host: str
    port: int
    security: str
    user: str
    sender: str


def address(text: str) -> str:
    """Return an e-mail address as written in mail headers; raises InputError."""
    text = text.strip()
    spelled = text
    if _ADDRESS.fullmatch(text) and ".." not in text:
        local, _, domain = text.rpartition("@")
        try:
            spelled = f"{local}@{domain.encode('idna').decode('ascii').lower()}"
        except UnicodeError:
            spelled = ""
        if spelled and len(spelled) <= _LONGEST_ADDRESS and not local.startswith("."):
            return spelled
    msg = f"{visible(text, 100)!r} is not an e-mail address: use one such as me@example.org"
    raise InputError(msg)


def sender() -> str:
    """Return the sender's address: mail.from, else mail.user; "" if neither is an address.

    Raises ConfigurationError if mail.from is not an address.
    """
    written = config.text("mail.from")
    try:
        return address(written or config.text("mail.user"))
    except InputError as error:
        if written:
            msg = f"mail.from: {error}"
            raise ConfigurationError(msg) from error
        return ""


def account() -> Account:
    """Read the account from the settings; raises ConfigurationError."""
    host, security = config.text("mail.host").strip(), config.text("mail.security")
    if not host:
        msg = (
            "no mail server is set: `papertriage config set mail.host smtp.example.org`, then"
            " mail.user and mail.password-command (docs/email.md)"
        )
        raise ConfigurationError(msg)
    if re.search(r"[^\w.:-]", host):
        msg = f"mail.host is {visible(host, 100)!r}: it must be a name such as smtp.example.org"
        raise ConfigurationError(msg)
    if security not in _PORTS:
        msg = f"mail.security is {visible(security, 100)!r}: choose from {', '.join(_PORTS)}"
        raise ConfigurationError(msg)
    if security == "none" and not _is_loopback(host):
        msg = f"mail.security none is for a server on this machine, not {host}: use starttls or tls"
        raise ConfigurationError(msg)
    found = sender()
    if not found:
        msg = "no sender is set: `papertriage config set mail.from me@example.org`"
        raise ConfigurationError(msg)
    port = int(config.number("mail.port")) or _PORTS[security]
    if port > 65_535:  # noqa: PLR2004 - the largest port
        msg = f"mail.port is {port}: it must be at most 65535"
        raise ConfigurationError(msg)
    return Account(host, port, security, config.text("mail.user"), found)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
