"""List the tables of a cache, and which of them cannot be fetched again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from papertriage.cache.packing import is_frame, unpacked
from papertriage.errors import CacheUnusable

WORDS = ("journal", "decisions", "labels")
"""The journal, and the decisions and labels derived from it."""

LEDGERS = ("audits", "deliveries", "digests", "digest_texts", "passed", "picks")
"""What was shown and sent to whom, under keys that mean the same in every cache."""

_JSON = {
    "papers": ("authors", "categories"),
    "tags": ("evidence",),
    "picks": ("reasons",),
    "receipts": ("skipped",),
    "merges": ("before", "other"),
}

# pragma_table_list requires SQLite 3.37. A virtual table has no page of its own, and FTS5 keeps its
# data in tables named after it.
_NAMES = """
SELECT name FROM {schema}.sqlite_master AS plain
WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite_%'
AND NOT EXISTS (
    SELECT 1 FROM {schema}.sqlite_master AS indexes
    WHERE indexes.type = 'table' AND indexes.rootpage = 0 AND plain.name IN (
        indexes.name || '_config', indexes.name || '_content', indexes.name || '_data',
        indexes.name || '_docsize', indexes.name || '_idx'
    )
)
ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows of its own; key is its primary key, or the rowid."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def tables(connection: sqlite3.Connection, schema: str = "main") -> list[Table]:
    """Return the tables except full-text indexes, those that cannot be fetched again first."""
    found = []
    for (name,) in connection.execute(_NAMES.format(schema=schema)).fetchall():
        columns = connection.execute("SELECT name FROM pragma_table_info(?, ?)", (name, schema))
        # Without an index of this name, the columns are the key of a table WITHOUT ROWID.
        key = connection.execute(
            "SELECT name FROM pragma_index_info(?, ?) ORDER BY seqno", (name, schema)
        )
        found.append(
            Table(name, tuple(c for (c,) in columns), tuple(c for (c,) in key) or ("rowid",))
        )
    first = (*WORDS, *LEDGERS)
    return sorted(
        found, key=lambda t: (first.index(t.name) if t.name in first else len(first), t.name)
    )


def counted(connection: sqlite3.Connection, schema: str = "main") -> dict[str, int]:
    """Count the rows of every table: scans its smallest index, 0.1 s per million."""
    return {
        table.name: connection.execute(f'SELECT count(*) FROM {schema}."{table.name}"').fetchone()[
            0
        ]
        for table in tables(connection, schema)
    }


def by_paper_key(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether a table's column "paper" is a paper's key rather than its id."""
    return bool(
        connection.execute(
            "SELECT 1 FROM pragma_table_info(?) WHERE name = 'paper' AND type = 'INTEGER'",
            (table,),
        ).fetchone()
    )


def readable(table: Table, row: Sequence[object]) -> bool:
    """Return whether a row that was read as bytes holds valid text and valid JSON."""
    try:
        for name, value in zip(table.columns, row, strict=True):
            if isinstance(value, bytes):
                _ = unpacked(value) if is_frame(value) else value.decode()
            if name in _JSON.get(table.name, ()):
                json.loads(value)  # type: ignore[arg-type]  # what is no text raises TypeError
    except (ValueError, TypeError, CacheUnusable):
        return False
    return True
