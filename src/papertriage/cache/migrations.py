"""Bring a cache of any earlier version to this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 14
"""The version that this code reads and writes: the number of scripts in sql/."""

SCRIPTS = Path(__file__).parent / "sql"


def migrate(connection: sqlite3.Connection) -> None:
    """Run the scripts that the cache has not seen; the caller holds the transaction."""
    # No start but the first with a new version needs it.
    from papertriage.cache.rescue import renaming

    renaming.teach(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for path in sorted(SCRIPTS.glob("*.sql"))[version:]:
        _run(connection, path)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def rename_papers(connection: sqlite3.Connection) -> None:
    """Give papers of an earlier version ids that last, in a cache of this version.

    For rows that were saved from a damaged cache, which no migration has seen; the caller holds
    the transaction.
    """
    from papertriage.cache.rescue import renaming

    renaming.teach(connection)
    _run(connection, SCRIPTS / "0012_lasting_ids.sql")


def _run(connection: sqlite3.Connection, path: Path) -> None:
    # executescript() would commit the caller's transaction first.
    for statement in _statements(path.read_text(encoding="utf-8")):
        connection.execute(statement)


def _statements(script: str) -> list[str]:
    statements, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            statements.append(begun)
            begun = ""
    return statements
