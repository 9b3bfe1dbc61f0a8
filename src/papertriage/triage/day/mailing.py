"""Mail a digest exactly once, even if a run is interrupted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from papertriage import clock
from papertriage.cache import deliveries
from papertriage.cache.deliveries import Delivery
from papertriage.delivery.account import account, sender
from papertriage.delivery.secrets import password
from papertriage.delivery.smtp import Sending
from papertriage.errors import MailError
from papertriage.formats import mail
from papertriage.models.digest import Digest
from papertriage.text import counted

Now = Callable[[], datetime]

# An SMTP dialogue takes at most two minutes (delivery/smtp.py); the rest is for connecting and I/O.
_UNDER_WAY = timedelta(minutes=5)
_FURTHEST = 30
"""The most days that --since-last covers."""


def delivery_name(digest: Digest) -> str:
    """Return the name of a digest: its last day and its options."""
    return " ".join((digest.day, *digest.asked))


def _beside_days(asked: Sequence[str]) -> str:
    return " ".join(word for word in asked if not word.startswith(("--since", "--weekly")))


def first_day(
    connection: sqlite3.Connection, recipient: str, asked: Sequence[str], last: date
) -> date:
    """Return the day after the recipient's last such digest, or `last` for a new recipient.

    A digest of `last` itself does not count: written again, it covers the same days.
    """
    before = deliveries.last_day(
        connection, recipient.lower(), _beside_days(asked), last.isoformat()
    )
    if before is None:
        return last
    first = date.fromisoformat(before) + timedelta(days=1)
    return max(min(first, last), last - timedelta(days=_FURTHEST - 1))


def record_file(connection: sqlite3.Connection, digest: Digest, path: str, now: Now) -> None:
    """Record that a digest was written to a file."""
    name = delivery_name(digest)
    asked, at = _beside_days(digest.asked), clock.stamp(now())
    new = Delivery(name, path, digest.day, asked, "sending", "", "", 0, at)
    held = deliveries.delivery(connection, name, path)
    if held is None and not deliveries.claim(connection, new, instead_of=None):
        deliveries.settle(connection, new, "sent", new.at)


def preview(digest: Digest, recipient: str | None, now: Now) -> str:
    """Return the mail that would be sent; without a recipient, it is addressed to the sender."""
    own = sender() or "papertriage@localhost"
    to = recipient or own
    letter = mail.letter(digest)
    own_id = mail.message_id(delivery_name(digest), to.lower(), own, letter.content, 0)
    return mail.message(letter, own, to, own_id, now().astimezone()).decode("ascii")


def send(
    connection: sqlite3.Connection,
    digest: Digest,
    recipient: str,
    *,
    resend: bool,
    now: Now,
) -> str:
    """Mail a digest to a recipient who does not have it yet; return one line that says so.

    The attempt is recorded first: after a crash, a mail that may have arrived is not sent again
    without `resend`. Raises MailError and ConfigurationError.
    """
    if not digest.picks:
        return f"no new papers: no mail sent to {recipient}"
    name = delivery_name(digest)
    held = deliveries.delivery(connection, name, recipient.lower())
    if held and (reason := _in_the_way(held, resend=resend, now=now())):
        return reason
    own = account()
    secret = password(own.user)
    letter = mail.letter(digest)
    claimed = _next(held, digest, recipient, own.sender, letter.content, clock.stamp(now()))
    message = mail.message(letter, own.sender, recipient, claimed.message_id, now().astimezone())
    if other := deliveries.claim(connection, claimed, instead_of=held):
        return _in_the_way(other, resend=False, now=now())
    sending = Sending(own, secret)
    try:
        sending.send(recipient, message)
    except BaseException as error:
        if not sending.handed_over:
            deliveries.release(connection, claimed, instead_of=held)
        elif isinstance(error, MailError):
            deliveries.settle(connection, claimed, "unknown", clock.stamp(now()))
        if isinstance(error, MailError):
            raise _failure(error, recipient, unknown=sending.handed_over) from None
        raise
    deliveries.settle(connection, claimed, "sent", clock.stamp(now()))
    return f"{counted(len(digest.picks), 'paper')} mailed to {recipient}"


def _next(
    held: Delivery | None, digest: Digest, recipient: str, sender: str, content: str, at: str
) -> Delivery:
    """Return the delivery to start now.

    If an earlier mail may have arrived, it has the same message id, so that the server may drop
    the duplicate.
    """
    name, to = delivery_name(digest), recipient.lower()
    copy = 0 if held is None else held.copy + (held.state == "sent")
    own_id = mail.message_id(name, to, sender, content, copy)
    asked = _beside_days(digest.asked)
    return Delivery(name, to, digest.day, asked, "sending", content, own_id, copy, at)


def _in_the_way(held: Delivery, *, resend: bool, now: datetime) -> str:
    """Return why the digest need not be mailed, or ""; raises MailError if that is unknown."""
    begun = datetime.fromisoformat(held.at)
    if held.state == "sending" and timedelta() <= now - begun < _UNDER_WAY:
        msg = (
            f"this digest may be on its way to {held.recipient} (started at {held.at}): try again"
            " in 5 minutes"
        )
        raise MailError(msg)
    if resend:
        return ""
    if held.state == "sent":
        return (
            f"this digest was already mailed to {held.recipient} at {held.at}: use --resend to mail"
            " it again"
        )
    msg = (
        f"this digest may have been mailed to {held.recipient} at {held.at}, but the attempt was"
        " interrupted: check that mailbox, and use --resend to mail it again"
    )
    raise MailError(msg)


def _failure(error: MailError, recipient: str, *, unknown: bool) -> MailError:
    if unknown:
        return MailError(
            f"{error}, and the mail to {recipient} may have been delivered: check that mailbox, and"
            " use --resend to mail it again"
        )
    return MailError(f"no mail sent to {recipient}: {error}; run the same command to try again")
