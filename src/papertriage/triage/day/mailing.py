"""Mail a digest once, whatever happens on the way."""

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

# A dialogue ends within two minutes (delivery/smtp.py); connecting and the disk get the rest.
_UNDER_WAY = timedelta(minutes=5)
_FURTHEST = 30
"""Days that a digest catches up with at most."""


def delivery_name(digest: Digest) -> str:
    """Name a digest by its days and by what was asked for, the same for the same question."""
    return " ".join((digest.day, *digest.asked))


def _beside_days(asked: Sequence[str]) -> str:
    return " ".join(word for word in asked if not word.startswith(("--since", "--weekly")))


def first_day(
    connection: sqlite3.Connection, recipient: str, asked: Sequence[str], last: date
) -> date:
    """Return the day after the last such digest that a recipient has; the last day for a new one.

    A digest of the last day itself does not count: written again, it has the same days.
    """
    before = deliveries.last_day(
        connection, recipient.lower(), _beside_days(asked), last.isoformat()
    )
    if before is None:
        return last
    first = date.fromisoformat(before) + timedelta(days=1)
    return max(min(first, last), last - timedelta(days=_FURTHEST - 1))


def record_file(connection: sqlite3.Connection, digest: Digest, path: str, now: Now) -> None:
    """Write down that a digest was written to a file."""
    name = delivery_name(digest)
    asked, at = _beside_days(digest.asked), clock.stamp(now())
    new = Delivery(name, path, digest.day, asked, "sending", "", "", 0, at)
    held = deliveries.delivery(connection, name, path)
    if held is None and not deliveries.claim(connection, new, instead_of=None):
        deliveries.settle(connection, new, "sent", new.at)


def preview(digest: Digest, recipient: str | None, now: Now) -> str:
    """Return the mail that would be sent; to its sender where no recipient is named."""
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
    """Mail a digest to a recipient, unless they have it; return what was done, in one line.

    What is written before the dialogue outlives a crash: a mail whose fate nobody knows is not
    sent again without resend. Raises MailError and ConfigurationError.
    """
    if not digest.picks:
        return f"nothing new: no mail sent to {recipient}"
    name = delivery_name(digest)
    held = deliveries.delivery(connection, name, recipient.lower())
    if held and (told := _in_the_way(held, resend=resend, now=now())):
        return told
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
    """Return the delivery that is begun now.

    After a mail whose fate nobody knows it has the same id: a server that has it may drop the
    second.
    """
    name, to = delivery_name(digest), recipient.lower()
    copy = 0 if held is None else held.copy + (held.state == "sent")
    own_id = mail.message_id(name, to, sender, content, copy)
    asked = _beside_days(digest.asked)
    return Delivery(name, to, digest.day, asked, "sending", content, own_id, copy, at)


def _in_the_way(held: Delivery, *, resend: bool, now: datetime) -> str:
    """Return why a digest needs no mail, "" where it does; raises MailError where nobody knows."""
    begun = datetime.fromisoformat(held.at)
    if held.state == "sending" and timedelta() <= now - begun < _UNDER_WAY:
        msg = (
            f"a mail of this digest to {held.recipient} was begun at {held.at} and may be under"
            " way: try again in 5 minutes"
        )
        raise MailError(msg)
    if resend:
        return ""
    if held.state == "sent":
        return f"{held.recipient} already got this digest at {held.at}: --resend sends it again"
    msg = (
        f"a mail of this digest to {held.recipient} was begun at {held.at}, and whether it arrived"
        " is not known: look there; --resend sends it again"
    )
    raise MailError(msg)


def _failure(error: MailError, recipient: str, *, unknown: bool) -> MailError:
    if unknown:
        return MailError(
            f"{error}, and whether the mail to {recipient} was taken is not known: look there;"
            " --resend sends it again"
        )
    return MailError(f"no mail to {recipient}: {error}; the same command tries again")
