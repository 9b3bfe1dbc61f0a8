"""Put what papertriage never writes into single columns of a cache."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from papertriage.cache.connection import opened
from papertriage.cache.packing import teach
from papertriage.cache.tables import tables
from processes import said

READING = (
    *("list", "list --json", "list --topic ood --sort score", "search sheep", "similar {id}"),
    *("show {id}", "show --json {id}", "why {id}", "why-not {id}", "today", "today --json --again"),
    *("today --trending", "export --format bibtex", "export --consumer desk", "export --consumers"),
    *("status", "status --json", "stats", "digest", "digest --weekly --format json"),
    *("topics list", "topics show ood", "topics check", "doctor", "completion --values ids"),
)
"""Command lines that read the cache; {id} stands for a paper."""

VALUES = {
    "no JSON": "CAST('nothing of the kind' AS TEXT)",
    "an object": "'{\"a\": 1}'",
    "a number in a list": "'[1]'",
    "a null in a list": "'[[null, null]]'",
    "a deep list": f"'{'[' * 500}{']' * 500}'",
    "a blob": "x'28b52ffd00'",
    "no UTF-8": "CAST(x'66ff' AS TEXT)",
    "a large number": "9e300",
}
"""By name: what a cell may hold after damage, as SQL."""


def cells(cache: Path) -> list[tuple[str, str]]:
    """Return the tables that hold something, with each of their columns."""
    with opened(cache) as connection:
        return [
            (table.name, column)
            for table in tables(connection)
            for column in table.columns
            if connection.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone()  # noqa: S608 - ours
        ]


def damaged(whole: Path, cache: Path, cell: tuple[str, str], value: str) -> bool:
    """Copy a whole cache and put a value into a column; False where that takes none."""
    for end in ("", "-wal", "-shm"):
        cache.with_name(cache.name + end).unlink(missing_ok=True)
    shutil.copy(whole, cache)
    table, column = cell
    with closing(sqlite3.connect(cache, isolation_level=None)) as connection:
        teach(connection)
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        try:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = {VALUES[value]}')  # noqa: S608 - ours
        except sqlite3.DatabaseError:
            return False
    return True


def outcomes(lines: tuple[str, ...], paper: str) -> Iterator[tuple[str, int, str, str]]:
    """Yield each command line, its exit code, and what stood on standard error and output."""
    for line in lines:
        # A damaged cell may name another format than was asked for.
        result = said(*line.format(id=paper).split())
        yield line, result.exit_code, result.stderr, result.stdout
