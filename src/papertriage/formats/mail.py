"""Write a digest as a mail: plain text, and the same as HTML."""

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

# 7bit: any relay takes it, for what is not ASCII becomes quoted-printable or base64, whichever is
# shorter; lines stay below the 998 bytes of RFC 5322, section 2.1.1.
_POLICY = SMTP.clone(cte_type="7bit")
_NAME = "papertriage"
# RFC 2919, section 3: lists without a domain of their own live under localhost.
_LIST = "papertriage digest <digest.papertriage.localhost>"
_TITLE = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as it is mailed, before anybody gets it; content is its SHA-256."""

    subject: str
    text: str
    html: str
    content: str


def letter(digest: Digest) -> Letter:
    """Write the parts of a mail; the same digest gives the same parts."""
    text, html = plain.digest_text(digest), digest_html.digest_text(digest)
    content = hashlib.sha256(f"{text}\0{html}".encode()).hexdigest()
    return Letter(subject(digest), text, html, content)


def subject(digest: Digest) -> str:
    """Return the digest's title and the first paper's, as one line that no header breaks out of."""
    line = parts.heading(digest)
    if digest.picks:
        more = len(digest.picks) - 1
        first = cells.title(digest.picks[0], _TITLE)
        line = f"{line}: {first}" + (f" and {more:,} more" if more else "")
    # The library would decode a title that looks like an encoded word (RFC 2047).
    return visible(line).replace("=?", "= ?")


def message_id(digest: str, recipient: str, sender: str, content: str, copy: int) -> str:
    """Return the same id for the same mail, so that a server that gets it twice can tell.

    `digest` names its days and filters; copy counts the times it is sent on purpose.
    """
    told = "\0".join((digest, recipient, content, str(copy)))
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return f"<{name}.papertriage@{sender.rpartition('@')[2] or 'localhost'}>"


def message(written: Letter, sender: str, recipient: str, message_id: str, at: datetime) -> bytes:
    """Return the mail as a server takes it, with CRLF lines; at is when it was written."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(_NAME, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["List-Id"] = _LIST
    # RFC 3834: nobody's holiday notice answers it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(written.text)
    mail.add_alternative(written.html, subtype="html")
    # The library draws a random one, and the same mail would have other bytes.
    mail.set_boundary(f"papertriage-{written.content[:40]}")
    return f"Subject: {_folded(written.subject)}\r\n".encode() + mail.as_bytes()


def _folded(line: str) -> str:
    # EmailMessage (3.11) loses or doubles a blank where it folds between encoded words.
    charset = "us-ascii" if line.isascii() else "utf-8"
    return Header(line, charset, header_name="Subject").encode(linesep="\r\n")
