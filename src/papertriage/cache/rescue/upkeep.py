"""Make the cache small and fast again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from papertriage.cache.connection import writing
from papertriage.cache.indexing import INDEXES, merge_all_pieces
from papertriage.cache.packing import packed
from papertriage.cache.placing import need_space

_PAGE = 5_000
# Shorter ones are mostly no shorter as a frame.
_PLAIN = (
    "SELECT key, abstract FROM papers WHERE key > ? AND typeof(abstract) = 'text'"
    " AND length(abstract) > 100 ORDER BY key LIMIT ?"
)


def tighten(connection: sqlite3.Connection, path: Path) -> tuple[int, int]:
    """Pack abstracts, merge the indexes, write the file anew without holes, count for the planner.

    Returns its bytes before and after. Raises DiskError without room for a second copy and its
    WAL, which VACUUM needs. Others can read meanwhile, and wait to write: 20 s a million papers.
    """
    import sqlite_utils

    before = path.stat().st_size
    need_space(path.parent, 2 * before, "--vacuum")
    # Not its recursive triggers: this connection stays as it was opened.
    database = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
    _pack(connection)
    for index in INDEXES:
        database.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
    merge_all_pieces(connection)
    database.vacuum()
    database.analyze()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before, path.stat().st_size


def _pack(connection: sqlite3.Connection) -> None:
    """Pack the abstracts of before cache version 10, a transaction for so many papers."""
    after = 0
    while True:
        rows = connection.execute(_PLAIN, (after, _PAGE)).fetchall()
        with writing(connection):
            connection.executemany(
                "UPDATE papers SET abstract = ? WHERE key = ? AND abstract = ?",
                [(packed(row["abstract"]), row["key"], row["abstract"]) for row in rows],
            )
        if len(rows) < _PAGE:
            return
        after = rows[-1]["key"]
