"""Bring a cache of any earlier version to this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 12
"""The version that this code reads and writes: the number of scripts in sql/."""

SCRIPTS = Path(__file__).parent / "sql"


def migrate(connection: sqlite3.Connection) -> None:
    """Run the scripts that the cache has not seen; the caller holds the transaction."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for path in sorted(SCRIPTS.glob("*.sql"))[version:]:
        # executescript() would commit the caller's transaction first.
        for statement in _statements(path.read_text(encoding="utf-8")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    statements, begun = [], ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            statements.append(begun)
            begun = ""
    return statements
