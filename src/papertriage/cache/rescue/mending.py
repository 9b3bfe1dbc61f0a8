"""Repair a salvaged cache where the rest of its data says what is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from papertriage.cache.identity import write_names
from papertriage.cache.papers import categorise
from papertriage.cache.rows import PAPER_COLUMNS, paper_of
from papertriage.cache.tables import by_paper_key, tables
from papertriage.models import Paper

_PAGE = 500
# The number of papers that makes a shared name useless: see cache/identity.py.
_SHARED = 20
_AFTER = f"""
SELECT key, {PAPER_COLUMNS} FROM papers
WHERE key > ? ORDER BY key LIMIT {_PAGE}
"""
# With min(), SQLite takes the other columns from the row with the minimum.
_LEFT_OUT = """
SELECT source, feed, count(*), min(day)
FROM (
    SELECT source, feed, min(day) AS day FROM sightings
    WHERE paper NOT IN (SELECT key FROM papers) GROUP BY paper
)
GROUP BY source, feed ORDER BY source, feed
"""


class LeftOut(NamedTuple):
    """How many papers first seen in a feed of a source are lost, and the first day of them."""

    source: str
    feed: str
    papers: int
    first: str


def left_out(connection: sqlite3.Connection) -> Sequence[LeftOut]:
    """Return where the lost papers came from, as far as their sightings survive."""
    return [LeftOut(*row) for row in connection.execute(_LEFT_OUT)]


def forget_fetches(connection: sqlite3.Connection) -> None:
    """Let sources and files deliver lost papers again; the caller holds the transaction."""
    connection.execute("DELETE FROM runs")
    connection.execute("DELETE FROM feed_states")
    connection.execute("UPDATE receipts SET whole_from = NULL, whole_to = NULL")


def complete(connection: sqlite3.Connection, lost: dict[str, int | None]) -> None:
    """Make the salvaged rows consistent; lost names the tables that lack rows, and stays unchanged.

    Papers get the names and categories found in their own rows. Rows of lost papers and topics are
    deleted, because their keys will be reused. The caller holds the transaction.
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
        # `papertriage topics retag` continues from there.
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
