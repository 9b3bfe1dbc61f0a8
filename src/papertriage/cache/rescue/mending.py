"""Work out what a salvaged cache lacks, where the rest of it says what that was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from papertriage.cache.identity import write_names
from papertriage.cache.papers import categorise
from papertriage.cache.rows import PAPER_COLUMNS, paper_of
from papertriage.cache.tables import by_paper_key, tables
from papertriage.models import Paper

_PAGE = 500
# As many papers under one name as make it tell nothing: cache/identity.py.
_SHARED = 20
_AFTER = f"SELECT key, {PAPER_COLUMNS} FROM papers WHERE key > ? ORDER BY key LIMIT {_PAGE}"


def complete(connection: sqlite3.Connection, lost: dict[str, int | None]) -> None:
    """Make what was saved fit together again; lost names the tables that lack rows, and is kept.

    Papers get the names and categories that they say themselves. What belongs to papers and topics
    that are gone is removed, for their keys are given anew. The caller holds the transaction.
    """
    for table in tables(connection):
        if by_paper_key(connection, table.name):
            dropped = connection.execute(
                f'DELETE FROM "{table.name}" WHERE paper NOT IN (SELECT key FROM papers)'
            ).rowcount
            if dropped:
                lost[table.name] = (lost.get(table.name) or 0) + dropped
    connection.execute("DELETE FROM tags WHERE topic NOT IN (SELECT key FROM topics)")
    if "tags" in lost:
        # `papertriage topics retag` goes on from there.
        connection.execute("UPDATE topics SET tagged_to = 0")
    connection.execute(
        "UPDATE topics SET tagged_to = min(tagged_to, (SELECT coalesce(max(key), 0) FROM papers))"
    )
    if {"other_names", "title_hashes", "paper_categories"} & set(lost):
        for papers in _pages(connection):
            write_names(connection, papers, [], lambda name: _telling(connection, name))
            categorise(connection, papers)


def _telling(connection: sqlite3.Connection, name: str) -> bool:
    row = connection.execute("SELECT count(*) FROM names WHERE name = ?", (name,)).fetchone()
    return int(row[0]) < _SHARED


def _pages(connection: sqlite3.Connection) -> Iterator[dict[int, Paper]]:
    after = 0
    while rows := connection.execute(_AFTER, (after,)).fetchall():
        yield {row["key"]: paper_of(row) for row in rows}
        after = rows[-1]["key"]
