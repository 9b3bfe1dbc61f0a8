"""Store the receipt of every fetch and import."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields

from papertriage.cache.connection import translating, writing
from papertriage.cache.rows import texts_of
from papertriage.models.fetched import Receipt

# The table's columns are the fields of a receipt.
_NAMES = tuple(field.name for field in fields(Receipt))
_COLUMNS = ", ".join(_NAMES)
_INSERT = f"INSERT INTO receipts ({_COLUMNS}) VALUES (:{', :'.join(_NAMES)})"
_NEWEST = "SELECT key FROM receipts WHERE feed = r.feed{at} ORDER BY at DESC, key DESC LIMIT 1"
# A receipt dated in the future, by a fast clock, must not hide later ones.
_LAST = f"""
SELECT {_COLUMNS} FROM receipts AS r
WHERE key = coalesce(({_NEWEST.format(at=" AND at <= :latest")}), ({_NEWEST.format(at="")}))
ORDER BY feed
"""
_LAST_BEFORE = f"""
SELECT {_COLUMNS} FROM receipts AS r
WHERE key = ({_NEWEST.format(at=" AND at < ?")})
ORDER BY feed
"""
_SINCE = f"SELECT {_COLUMNS} FROM receipts WHERE at >= ? ORDER BY at, key"
# Receipts of complete fetches whose window was open at its end.
_ASKED_BEFORE = """
SELECT max(at) FROM receipts
WHERE feed = ? AND since IS NOT NULL AND until IS NULL AND whole_to IS NULL
    AND verdict IN ('complete', 'quiet day', 'weekend or holiday')
"""


@translating
def write_receipt(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Store a receipt."""
    skipped = json.dumps(receipt.skipped, ensure_ascii=False)
    with writing(connection):
        connection.execute(_INSERT, {**asdict(receipt), "skipped": skipped})


def last_receipts(
    connection: sqlite3.Connection, before: str | None = None, *, latest: str = "~"
) -> list[Receipt]:
    """Read the last receipt of every feed (before a time), feeds by name.

    latest is the last plausible time: a later receipt only counts if a feed has no other.
    """
    if before is None:
        return [_receipt(row) for row in connection.execute(_LAST, {"latest": latest})]
    return [_receipt(row) for row in connection.execute(_LAST_BEFORE, (before,))]


def receipts_since(connection: sqlite3.Connection, start: str) -> list[Receipt]:
    """Read every receipt since a time (UTC), oldest first."""
    return [_receipt(row) for row in connection.execute(_SINCE, (start,))]


def asked_before(connection: sqlite3.Connection, feed: str) -> str:
    """Return the day (ISO date) of a feed's last complete fetch by submission time, or ""."""
    (at,) = connection.execute(_ASKED_BEFORE, (feed,)).fetchone()
    return str(at)[:10] if at else ""


def is_first_whole(connection: sqlite3.Connection, feed: str) -> bool:
    """Return whether exactly one receipt of a feed says which announcements are complete."""
    (number,) = connection.execute(
        "SELECT count(*) FROM receipts WHERE feed = ? AND whole_to IS NOT NULL", (feed,)
    ).fetchone()
    return bool(number == 1)


def _receipt(row: sqlite3.Row) -> Receipt:
    if bytes in map(type, row):
        msg = "a receipt holds a blob instead of text"
        raise ValueError(msg)
    return Receipt(**{**dict(row), "skipped": texts_of(row["skipped"])})
