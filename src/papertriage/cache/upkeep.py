"""Make the cache small and quick again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from papertriage.cache.indexing import INDEXES
from papertriage.cache.placing import need_space


def tighten(connection: sqlite3.Connection, path: Path) -> tuple[int, int]:
    """Merge the full-text indexes, write the file anew without holes, and count for the planner.

    Returns its bytes before and after. Raises DiskError without room for a second copy and its
    WAL, which VACUUM needs. Others can read meanwhile, and wait to write: 20 s a million papers.
    """
    import sqlite_utils

    before = path.stat().st_size
    need_space(path.parent, 2 * before, "--vacuum")
    # Not its recursive triggers: this connection stays as it was opened.
    database = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
    for index in INDEXES:
        database.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - our two indexes
    database.vacuum()
    database.analyze()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before, path.stat().st_size
