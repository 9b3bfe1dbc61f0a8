"""Keep the receipt of every fetch and import."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields

from papertriage.cache.connection import writing
from papertriage.cache.rows import texts_of
from papertriage.models import Receipt

# The table's columns are the receipt's fields.
_NAMES = tuple(field.name for field in fields(Receipt))
_COLUMNS = ", ".join(_NAMES)
_INSERT = f"INSERT INTO receipts ({_COLUMNS}) VALUES (:{', :'.join(_NAMES)})"  # noqa: S608 - our columns
_LAST = (
    f"SELECT {_COLUMNS} FROM receipts AS r WHERE key ="  # noqa: S608 - our columns
    " (SELECT key FROM receipts WHERE feed = r.feed ORDER BY at DESC, key DESC LIMIT 1)"
    " ORDER BY feed"
)
_LAST_BEFORE = _LAST.replace("feed = r.feed", "feed = r.feed AND at < ?")
_SINCE = f"SELECT {_COLUMNS} FROM receipts WHERE at >= ? ORDER BY at, key"  # noqa: S608 - our columns


def write_receipt(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Keep a receipt."""
    skipped = json.dumps(receipt.skipped, ensure_ascii=False)
    with writing(connection):
        connection.execute(_INSERT, {**asdict(receipt), "skipped": skipped})


def last_receipts(connection: sqlite3.Connection, before: str | None = None) -> list[Receipt]:
    """Read the last receipt of every feed (from before a time), feeds by their names."""
    if before is None:
        return [_receipt(row) for row in connection.execute(_LAST)]
    return [_receipt(row) for row in connection.execute(_LAST_BEFORE, (before,))]


def receipts_since(connection: sqlite3.Connection, start: str) -> list[Receipt]:
    """Read every receipt from a time (UTC) on, in the order of time."""
    return [_receipt(row) for row in connection.execute(_SINCE, (start,))]


def _receipt(row: sqlite3.Row) -> Receipt:
    if bytes in map(type, row):
        msg = "a receipt has a blob where text is due"
        raise ValueError(msg)
    return Receipt(**{**dict(row), "skipped": texts_of(row["skipped"])})
