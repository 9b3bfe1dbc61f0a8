"""Record which runs of lines of files are in the cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from papertriage.cache.connection import translating, writing


def is_stored(connection: sqlite3.Connection, run: int) -> bool:
    """Return whether all papers of a run of lines, given by its hash, have been stored."""
    return connection.execute("SELECT 1 FROM runs WHERE hash = ?", (run,)).fetchone() is not None


@translating
def write_runs(connection: sqlite3.Connection, runs: Sequence[int]) -> None:
    """Record runs whose papers are all on the disk."""
    if runs:
        with writing(connection):
            connection.executemany(
                "INSERT OR IGNORE INTO runs (hash) VALUES (?)", [(run,) for run in runs]
            )
