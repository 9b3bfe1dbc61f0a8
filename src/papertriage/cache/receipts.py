"""Keep the receipt of every fetch and import."""

from __future__ import annotations

import json
import sqlite3

from papertriage.cache.connection import writing
from papertriage.models import Receipt

_COLUMNS = "at, source, feed, verdict, since, until, new, updated, unchanged, skipped, message"


def write_receipt(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Keep a receipt."""
    with writing(connection):
        connection.execute(
            f"INSERT INTO receipts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our columns
            (
                receipt.at,
                receipt.source,
                receipt.feed,
                receipt.verdict,
                receipt.since,
                receipt.until,
                receipt.new,
                receipt.updated,
                receipt.unchanged,
                json.dumps(receipt.skipped, ensure_ascii=False),
                receipt.message,
            ),
        )


def last_receipts(connection: sqlite3.Connection) -> list[Receipt]:
    """Read the last receipt of every feed, feeds in the order of their names."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM receipts AS r WHERE key ="  # noqa: S608 - our columns
        " (SELECT key FROM receipts WHERE feed = r.feed ORDER BY at DESC, key DESC LIMIT 1)"
        " ORDER BY feed"
    )
    return [Receipt(**{**dict(row), "skipped": tuple(json.loads(row["skipped"]))}) for row in rows]
