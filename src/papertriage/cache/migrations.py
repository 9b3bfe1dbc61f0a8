"""Create a cache of the current version, and migrate earlier ones."""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 14
"""The version that this code reads and writes."""

OLDEST = 14
"""The earliest version that can be migrated."""

SCHEMA = Path(__file__).parent / "schema.sql"
"""The script that creates a cache of the current version."""

SCRIPTS = Path(__file__).parent / "sql"
"""Scripts such as 0015_name.sql, each for caches of the version before; new caches run none."""


def create(connection: sqlite3.Connection) -> None:
    """Create everything that a new cache holds; the caller holds the transaction."""
    _run(connection, SCHEMA)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection) -> None:
    """Run the scripts that the cache has not run yet; the caller holds the transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for path in sorted(SCRIPTS.glob("*.sql")):
        if int(path.name.partition("_")[0]) > version:
            _run(connection, path)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _run(connection: sqlite3.Connection, path: Path) -> None:
    # executescript() would commit the caller's transaction first.
    for statement in statements(path.read_text(encoding="utf-8")):
        connection.execute(statement)


def statements(script: str) -> list[str]:
    """Return the statements of a script one by one."""
    found, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
