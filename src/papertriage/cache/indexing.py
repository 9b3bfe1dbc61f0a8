"""Keep the full-text indexes in step with the papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from papertriage.cache.connection import writing
from papertriage.cache.rows import list_text
from papertriage.models import Paper

INDEXES = {"papers_index": ("abstract", "title", "authors"), "titles_index": ("title",)}
"""The columns that each index holds."""

# Papers are indexed in the order of their keys and by all indexes together, so the last one that
# this one holds tells how far they reach.
_LAST = "SELECT coalesce(max(id), 0) FROM papers_index_docsize"
_REST = (
    "INSERT INTO {index} (rowid, {columns}) SELECT key, {columns} FROM paper_texts"
    " WHERE key > ? ORDER BY key"
)
# FTS5 writes a piece for each transaction and joins four of a size as it goes, so that of a million
# papers each was written three times over. Of a large file's it joins sixteen.
_MANY = 10_000
_BY_DEFAULT, _AT_MOST = 4, 16
_JOINED_BY = "SELECT v FROM papers_index_config WHERE k = 'automerge'"
# A search waits no longer than this for an import to let it write.
_PATIENCE_MS = 200


def index_rest(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet; the caller holds the transaction.

    20,000 at a time cost 40 us each, 500 at a time 60: FTS5 writes fewer pieces to join.
    """
    (last,) = connection.execute(_LAST).fetchone()
    for index, columns in INDEXES.items():
        connection.execute(_REST.format(index=index, columns=", ".join(columns)), (last,))


def index_texts(connection: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
    """Index new papers by their texts: (key, abstract, title, authors as JSON), in their order.

    The caller holds the transaction, and no other paper lags. To read and unpack them again for
    index_rest() costs 5 us a paper. Once no more come, settle() is due.
    """
    _join_pieces_by(connection, _AT_MOST)
    connection.executemany(
        "INSERT INTO papers_index (rowid, abstract, title, authors) VALUES (?, ?, ?, ?)", rows
    )
    connection.executemany(
        "INSERT INTO titles_index (rowid, title) VALUES (?, ?)", [(row[0], row[2]) for row in rows]
    )


def index(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet, in a transaction of its own."""
    behind = lag(connection)
    if behind <= 0:
        return
    with writing(connection):
        if behind >= _MANY:
            _join_pieces_by(connection, _AT_MOST)
        index_rest(connection)


def settle(connection: sqlite3.Connection) -> None:
    """Index what lags, and let the papers of every day be joined to the rest by small steps again.

    A kill before that is mended by the next call.
    """
    index(connection)
    # Pieces are joined when a transaction is committed, so this is another one.
    if _joined_by(connection) != _BY_DEFAULT:
        with writing(connection):
            _join_pieces_by(connection, _BY_DEFAULT)


def _joined_by(connection: sqlite3.Connection) -> int:
    row = connection.execute(_JOINED_BY).fetchone()
    return int(row[0]) if row else _BY_DEFAULT


def _join_pieces_by(connection: sqlite3.Connection, number: int) -> None:
    if _joined_by(connection) == number:
        return
    for index in INDEXES:
        connection.execute(
            f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', ?)",  # noqa: S608 - our two indexes
            (number,),
        )


def lag(connection: sqlite3.Connection) -> int:
    """Return how many papers came after the last one that is indexed."""
    (indexed,) = connection.execute(_LAST).fetchone()
    (last,) = connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()
    return int(last) - int(indexed)


def catch_up(connection: sqlite3.Connection) -> None:
    """Index what an import that was killed has left, unless somebody is writing just now."""
    if lag(connection) <= 0:
        return
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        with writing(connection):
            index_rest(connection)
    except sqlite3.OperationalError:
        # An import that goes on indexes them itself; a cache that is read-only stays as it is.
        return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def reindex(connection: sqlite3.Connection, key: int, old: Paper, new: Paper) -> None:
    """Put a paper's new text in place of the old; the caller holds the transaction."""
    (last,) = connection.execute(_LAST).fetchone()
    # A paper that is not indexed yet has nothing to forget, and will be.
    if key > last:
        return
    for index in INDEXES:
        # https://sqlite.org/fts5.html#the_delete_command: an index of external content must be
        # told the text that it is to forget.
        _write(connection, index, f"{index}, ", "'delete', ", key, old)
        _write(connection, index, "", "", key, new)


def rebuild(connection: sqlite3.Connection) -> None:
    """Write the indexes anew from the papers; the caller holds the transaction."""
    for index in INDEXES:
        # Not 'rebuild': of a text that cannot be read that says "SQL logic error".
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608 - our two indexes
    index_rest(connection)


def _write(
    connection: sqlite3.Connection, index: str, column: str, command: str, key: int, paper: Paper
) -> None:
    texts = {
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list_text(paper.authors),
    }
    columns = INDEXES[index]
    marks = ", ".join("?" * (len(columns) + 1))
    connection.execute(
        f"INSERT INTO {index} ({column}rowid, {', '.join(columns)}) VALUES ({command}{marks})",  # noqa: S608 - our two indexes
        (key, *(texts[name] for name in columns)),
    )
