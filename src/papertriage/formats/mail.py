"""Render a digest as a mail: plain text, and the same as HTML."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from papertriage.formats import cells, digest_html
from papertriage.formats import digest as parts
from papertriage.formats import digest_text as plain
from papertriage.models.digest import Digest
from papertriage.text import visible

# 7bit: accepted by any relay, as non-ASCII text becomes quoted-printable or base64, whichever is
# shorter; lines stay below the 998 bytes of RFC 5322, section 2.1.1.
_POLICY = SMTP.clone(cte_type="7bit")
_NAME = "papertriage"
# RFC 2919, section 3: lists without a domain of their own use localhost.
_LIST = "papertriage digest <digest.papertriage.localhost>"
_TITLE = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest rendered as a mail without recipients; content is its SHA-256."""

    subject: str
    text: str
    html: str
    content: str


def letter(digest: Digest) -> Letter:
    """Render the parts of a mail; the same digest gives the same parts."""
    text, html = plain.digest_text(digest), digest_html.digest_text(digest)
    content = hashlib.sha256(f"{text}\0{html}".encode()).hexdigest()
    return Letter(subject(digest), text, html, content)


def subject(digest: Digest) -> str:
    """Return the digest's title and the first paper's as one line, safe in a header."""
    line = parts.heading(digest)
    if digest.picks:
        more = len(digest.picks) - 1
        first = cells.title(digest.picks[0], _TITLE)
        line = f"{line}: {first}" + (f" and {more:,} more" if more else "")
    # The library would decode a title that looks like an encoded word (RFC 2047).
    return visible(line).replace("=?", "= ?")


def message_id(digest: str, recipient: str, sender: str, content: str, copy: int) -> str:
    """Return a message id that is the same for the same mail, so that servers can detect repeats.

    `digest` names its days and filters; copy counts deliberate resends.
    """
    told = "\0".join((digest, recipient, content, str(copy)))
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return f"<{name}.papertriage@{sender.rpartition('@')[2] or 'localhost'}>"


def message(written: Letter, sender: str, recipient: str, message_id: str, at: datetime) -> bytes:
    """Return the mail as sent to a server, with CRLF lines; at is when it was written."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(_NAME, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["List-Id"] = _LIST
    # RFC 3834: suppresses automatic replies.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(written.text)
    mail.add_alternative(written.html, subtype="html")
    # The library's random boundary would change the bytes of the same mail.
    mail.set_boundary(f"papertriage-{written.content[:40]}")
    return f"Subject: {_folded(written.subject)}\r\n".encode() + mail.as_bytes()


def _folded(line: str) -> str:
    # EmailMessage (3.11) loses or doubles a blank when it folds between encoded words.
    charset = "us-ascii" if line.isascii() else "utf-8"
    return Header(line, charset, header_name="Subject").encode(linesep="\r\n")
