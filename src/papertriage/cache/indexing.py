"""Keep the full-text indexes in step with the papers."""

from __future__ import annotations

import contextlib
import math
import sqlite3
import time
from collections.abc import Mapping, Sequence

from papertriage.cache.connection import last_key, patience, translating, writing
from papertriage.cache.rows import list_text
from papertriage.models import Paper

INDEXES = {"papers_index": ("abstract", "title", "authors"), "titles_index": ("title",)}
"""The columns that each index holds."""

# Papers are indexed in the order of their keys and by all indexes together, so the last one that
# this one holds tells how far they reach.
_LAST = "SELECT coalesce(max(id), 0) FROM papers_index_docsize"
_REST = """
INSERT INTO {index} (rowid, {columns})
SELECT key, {columns} FROM paper_texts
WHERE key > ?
ORDER BY key
"""
# FTS5 writes a piece for each transaction, and joins four of a size as it goes: of a million papers
# each was written three times over. To index 8,000 papers at a time costs 25 us each, and to join
# 24 such pieces another 7; 60,000 at a time take 33 to 40, for their words are far from the
# processor when they are met again, and 500 take 60. A million are five pieces and a few small
# ones; 16 add 1 to 3 ms to a search.
MANY_AT_ONCE = 1_000
"""So many papers at a time leave a piece of their own, joined when there are 24."""
_AS_THEY_COME = {"automerge": 4, "crisismerge": 16}
_MANY_COME = {"automerge": 24, "crisismerge": 1_999}
_AUTOMERGE = "SELECT v FROM papers_index_config WHERE k = 'automerge'"
# An import that brought so many leaves so many pieces; what brought fewer joins some of the rest.
_LARGE, _FEW_PIECES = 10_000, 20
# Each has a number of its own in the index's index, which is asked for the next one.
_COUNT_PIECES = """
WITH RECURSIVE piece (number) AS (
    SELECT min(segid) FROM {index}_idx
    UNION ALL
    SELECT (SELECT min(segid) FROM {index}_idx WHERE segid > piece.number)
    FROM piece WHERE piece.number IS NOT NULL
)
SELECT count(number) FROM piece
"""
# Pages of 4 KB that are joined in one transaction, 0.1 s, and the seconds between two of them.
_STEP, _PAUSE = 500, 0.02
# What a small fetch joins of the pieces that imports left: 0.4 s, and 70 fetches for a million.
_STEPS = 4
# A search waits no longer than this for an import to let it write.
_PATIENCE = 0.2

Text = tuple[int, str | None, str, str]
"""What is indexed of a paper: key, abstract, title, authors as JSON."""


def index_rest(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet; the caller holds the transaction.

    20,000 at a time cost 40 us each, 500 at a time 60: FTS5 writes fewer pieces to join.
    """
    (last,) = connection.execute(_LAST).fetchone()
    for index, columns in INDEXES.items():
        connection.execute(_REST.format(index=index, columns=", ".join(columns)), (last,))


def index_texts(connection: sqlite3.Connection, texts: Sequence[Text]) -> None:
    """Index new papers by their texts, in their order; the caller holds the transaction.

    To read and unpack them again for index_rest() costs 5 us a paper, and is done where others lag.
    """
    _let_join(connection, _MANY_COME)
    (last,) = connection.execute(_LAST).fetchone()
    if texts[0][0] > last + 1:
        index_rest(connection)
        return
    connection.executemany(
        "INSERT INTO papers_index (rowid, abstract, title, authors) VALUES (?, ?, ?, ?)", texts
    )
    titles = [(key, title) for key, _, title, _ in texts]
    connection.executemany("INSERT INTO titles_index (rowid, title) VALUES (?, ?)", titles)


@translating
def index(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet, in a transaction of its own."""
    behind = lag(connection)
    if behind > 0:
        with writing(connection):
            if behind >= _LARGE:
                _let_join(connection, _MANY_COME)
            index_rest(connection)


@translating
def merge_pieces(connection: sqlite3.Connection, new: int) -> None:
    """Join pieces of the indexes after so many papers came: few of many, some of what others left.

    Whoever stops it, or kills it, loses nothing: the next call goes on.
    """
    if new < _LARGE:
        merge_all_pieces(connection, _STEPS)
        return
    for index in INDEXES:
        while count_pieces(connection, index) > _FEW_PIECES and _join(connection, index):
            pass


def merge_all_pieces(connection: sqlite3.Connection, steps: float = math.inf) -> None:
    """Join the pieces that many papers have left, so that few remain; at most so many steps.

    A step holds the lock for 0.1 s; a million papers take 10 s in all.
    """
    if _automerge(connection) != _AS_THEY_COME["automerge"] and _join_pieces(connection, steps):
        with writing(connection):
            _let_join(connection, _AS_THEY_COME)


def count_pieces(connection: sqlite3.Connection, index: str = "papers_index") -> int:
    """Return how many pieces an index has."""
    return int(connection.execute(_COUNT_PIECES.format(index=index)).fetchone()[0])


def _join_pieces(connection: sqlite3.Connection, steps: float) -> bool:
    """Join the pieces of the indexes, a few pages in each transaction; say whether all are."""
    for index in INDEXES:
        while _join(connection, index):
            steps -= 1
            if steps <= 0:
                return False
    return True


def _join(connection: sqlite3.Connection, index: str) -> bool:
    before = connection.total_changes
    with writing(connection):
        _tell(connection, index, "merge", _STEP)
    # Who waits for the lock only looks from time to time whether it is free.
    time.sleep(_PAUSE)
    # https://sqlite.org/fts5.html#the_merge_command: fewer than two say that none is left.
    return connection.total_changes - before > 1


def _automerge(connection: sqlite3.Connection) -> int:
    row = connection.execute(_AUTOMERGE).fetchone()
    return int(row[0]) if row else _AS_THEY_COME["automerge"]


def _let_join(connection: sqlite3.Connection, when: Mapping[str, int]) -> None:
    if _automerge(connection) != when["automerge"]:
        for index in INDEXES:
            for name, number in when.items():
                _tell(connection, index, name, number)


def _tell(connection: sqlite3.Connection, index: str, command: str, number: int) -> None:
    connection.execute(
        f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)",
        (command, number),
    )


@translating
def lag(connection: sqlite3.Connection) -> int:
    """Return how many papers came after the last one that is indexed."""
    (indexed,) = connection.execute(_LAST).fetchone()
    last = last_key(connection)
    return int(last) - int(indexed)


def catch_up(connection: sqlite3.Connection) -> None:
    """Index what an import that was killed has left, unless somebody is writing just now."""
    if lag(connection) <= 0:
        return
    # An import that goes on indexes them itself; a cache that is read-only stays as it is.
    with (
        contextlib.suppress(sqlite3.OperationalError),
        patience(connection, _PATIENCE),
        writing(connection),
    ):
        index_rest(connection)


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
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
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
        f"INSERT INTO {index} ({column}rowid, {', '.join(columns)}) VALUES ({command}{marks})",
        (key, *(texts[name] for name in columns)),
    )
