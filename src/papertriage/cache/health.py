"""Check that the cache is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from papertriage.cache.indexing import INDEXES, catch_up

# https://sqlite.org/wal.html#walresetbug: rare corruption when two connections write at once.
_WAL_RESET_MENDED = (3, 51, 3)


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with the file, its index and its references, one line each."""
    for (line,) in connection.execute("PRAGMA integrity_check(10)"):
        if line != "ok":
            yield f"integrity: {line}"
    # What an import that was killed has left to the next search is no fault.
    catch_up(connection)
    try:
        for index in INDEXES:
            # https://sqlite.org/fts5.html#the_integrity_check_command: 1 reads the content too.
            connection.execute(
                f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 - as below
            )
    except sqlite3.DatabaseError:
        yield "the search index does not match the papers: `papertriage doctor --rebuild-index`"
    for table in ("tags", "interests", "sightings", "names", "paper_categories"):
        (lost,) = connection.execute(
            f"SELECT count(*) FROM {table} WHERE paper NOT IN (SELECT key FROM papers)"  # noqa: S608 - our tables
        ).fetchone()
        if lost:
            yield f"{table}: {lost:,} rows of papers that are not there"


def engine() -> str:
    """Return SQLite's version, with what is known against it."""
    old = sqlite3.sqlite_version_info < _WAL_RESET_MENDED
    known = " (has the WAL-reset bug, mended in 3.51.3: a rare corruption)" if old else ""
    return f"SQLite {sqlite3.sqlite_version}{known}"
