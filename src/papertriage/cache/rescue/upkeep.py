"""Make the cache small and fast again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from papertriage.cache.connection import writing
from papertriage.cache.indexing import INDEXES, merge_all_pieces
from papertriage.cache.packing import packed
from papertriage.cache.placing import need_space

_PAGE = 5_000
# Shorter texts mostly do not shrink.
_PLAIN = (
    "SELECT key, abstract FROM papers WHERE key > ? AND typeof(abstract) = 'text'"
    " AND length(abstract) > 100 ORDER BY key LIMIT ?"
)


def tighten(connection: sqlite3.Connection, path: Path) -> tuple[int, int]:
    """Compress abstracts, merge the indexes, vacuum the file, and update the planner's statistics.

    Returns its bytes before and after. Raises DiskError without room for a second copy and its WAL,
    which VACUUM needs. Readers go on meanwhile, and writers block: 20 s per million papers.
    """
    import sqlite_utils

    before = path.stat().st_size
    need_space(path.parent, 2 * before, "--vacuum")
    # Without recursive triggers: this connection stays as it was opened.
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
    """Compress abstracts from before cache version 10, some papers per transaction."""
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
