"""Record which digest was sent to whom, so that none is sent twice."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, replace
from typing import Literal

from papertriage.cache.connection import writing

State = Literal["sending", "unknown", "sent"]

_COLUMNS = "digest, recipient, until, asked, state, content, message_id, copy, at"
_WRITE = f"INSERT OR REPLACE INTO deliveries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_READ = f"SELECT {_COLUMNS} FROM deliveries WHERE digest = ? AND recipient = ?"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A digest being delivered to a recipient; until is its last day, at is UTC.

    asked holds the options other than its days: only digests with the same options form a series.
    """

    digest: str
    recipient: str
    until: str
    asked: str
    state: State
    content: str
    message_id: str
    copy: int
    at: str


def delivery(connection: sqlite3.Connection, digest: str, recipient: str) -> Delivery | None:
    """Return the state of a digest's delivery to a recipient."""
    row = connection.execute(_READ, (digest, recipient)).fetchone()
    return Delivery(*row) if row else None


def claim(
    connection: sqlite3.Connection, new: Delivery, *, instead_of: Delivery | None
) -> Delivery | None:
    """Write a delivery if the cache still holds what was read before, else return the conflict.

    If two processes try at once, only one gets None and may send.
    """
    with writing(connection):
        held = delivery(connection, new.digest, new.recipient)
        if held == instead_of:
            connection.execute(_WRITE, astuple(new))
            return None
    return held or new


def release(
    connection: sqlite3.Connection, claimed: Delivery, *, instead_of: Delivery | None
) -> None:
    """Undo a claim for which nothing was sent, restoring the earlier delivery if any."""
    with writing(connection):
        if delivery(connection, claimed.digest, claimed.recipient) != claimed:
            return
        if instead_of:
            connection.execute(_WRITE, astuple(instead_of))
        else:
            connection.execute(
                "DELETE FROM deliveries WHERE digest = ? AND recipient = ?",
                (claimed.digest, claimed.recipient),
            )


def settle(connection: sqlite3.Connection, claimed: Delivery, state: State, at: str) -> None:
    """Record the outcome of a delivery."""
    with writing(connection):
        connection.execute(_WRITE, astuple(replace(claimed, state=state, at=at)))


def last_day(connection: sqlite3.Connection, recipient: str, asked: str, before: str) -> str | None:
    """Return the last day of the recipient's newest sent digest with these options before a day."""
    row = connection.execute(
        """
        SELECT max(until) FROM deliveries
        WHERE recipient = ? AND asked = ? AND state = 'sent' AND until < ?
        """,
        (recipient, asked, before),
    ).fetchone()
    return None if row[0] is None else str(row[0])
