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

# Papers are indexed in key order and by all indexes together, so the last one in this index tells
# how far they all reach.
_LAST = "SELECT coalesce(max(id), 0) FROM papers_index_docsize"
_REST = """
INSERT INTO {index} (rowid, {columns})
SELECT key, {columns} FROM paper_texts
WHERE key > ?
ORDER BY key
"""
# FTS5 writes a segment for each transaction, and merges four of a size as it goes: for a million
# papers, each was written three times over. Indexing 8,000 papers at a time costs 25 us each, and
# merging 24 such segments another 7; 60,000 at a time take 33 to 40, because their words no longer
# fit into the processor's cache, and 500 take 60. A million are five segments and a few small ones;
# 16 add 1 to 3 ms to a search.
MANY_AT_ONCE = 1_000
"""Batches of this many papers leave a segment of their own; 24 of them are merged."""
_AS_THEY_COME = {"automerge": 4, "crisismerge": 16}
_MANY_COME = {"automerge": 24, "crisismerge": 1_999}
_AUTOMERGE = "SELECT v FROM papers_index_config WHERE k = 'automerge'"
# After importing this many, merging stops at this many segments; after fewer, see _STEPS.
_LARGE, _FEW_PIECES = 10_000, 20
# Steps through the segment ids, each an index lookup.
_COUNT_PIECES = """
WITH RECURSIVE piece (number) AS (
    SELECT min(segid) FROM {index}_idx
    UNION ALL
    SELECT (SELECT min(segid) FROM {index}_idx WHERE segid > piece.number)
    FROM piece WHERE piece.number IS NOT NULL
)
SELECT count(number) FROM piece
"""
# Pages of 4 KB merged in one transaction, 0.1 s, and the seconds between two transactions.
_STEP, _PAUSE = 500, 0.02
# Steps that a small fetch spends on segments left by imports: 0.4 s, 70 fetches per million.
_STEPS = 4
# How long a search waits for an import to let it write.
_PATIENCE = 0.2

Text = tuple[int, str | None, str, str]
"""The indexed parts of a paper: key, abstract, title, authors as JSON."""


def index_rest(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet; the caller holds the transaction.

    20,000 at a time cost 40 us each, 500 at a time 60: FTS5 writes fewer segments to merge.
    """
    (last,) = connection.execute(_LAST).fetchone()
    for index, columns in INDEXES.items():
        connection.execute(_REST.format(index=index, columns=", ".join(columns)), (last,))


def index_texts(connection: sqlite3.Connection, texts: Sequence[Text]) -> None:
    """Index new papers from their texts, in order; the caller holds the transaction.

    Saves the 5 us per paper that index_rest() spends on reading and unpacking them again; falls
    back to it if earlier papers are not indexed.
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
    """Merge index segments after adding papers: down to 20 after many, some of the rest after few.

    Can be interrupted or killed without loss: the next call continues.
    """
    if new < _LARGE:
        merge_all_pieces(connection, _STEPS)
        return
    for index in INDEXES:
        while count_pieces(connection, index) > _FEW_PIECES and _join(connection, index):
            pass


def merge_all_pieces(connection: sqlite3.Connection, steps: float = math.inf) -> None:
    """Merge the segments left by large imports until few remain, in at most `steps` steps.

    A step holds the lock for 0.1 s; a million papers take 10 s in all.
    """
    if _automerge(connection) != _AS_THEY_COME["automerge"] and _join_pieces(connection, steps):
        with writing(connection):
            _let_join(connection, _AS_THEY_COME)


def count_pieces(connection: sqlite3.Connection, index: str = "papers_index") -> int:
    """Return the number of segments of an index."""
    return int(connection.execute(_COUNT_PIECES.format(index=index)).fetchone()[0])


def _join_pieces(connection: sqlite3.Connection, steps: float) -> bool:
    """Merge index segments, a few pages per transaction; return whether all are merged."""
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
    # Processes that wait for the lock only poll it from time to time.
    time.sleep(_PAUSE)
    # https://sqlite.org/fts5.html#the_merge_command: fewer than two changes mean nothing is left.
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
    """Return how many papers were added after the last indexed one."""
    (indexed,) = connection.execute(_LAST).fetchone()
    last = last_key(connection)
    return int(last) - int(indexed)


def catch_up(connection: sqlite3.Connection) -> None:
    """Index what a killed import left, unless somebody is writing right now."""
    if lag(connection) <= 0:
        return
    # A running import indexes its papers itself; a read-only cache stays as it is.
    with (
        contextlib.suppress(sqlite3.OperationalError),
        patience(connection, _PATIENCE),
        writing(connection),
    ):
        index_rest(connection)


def reindex(connection: sqlite3.Connection, key: int, old: Paper, new: Paper) -> None:
    """Replace a paper's text in the indexes; the caller holds the transaction."""
    (last,) = connection.execute(_LAST).fetchone()
    # A paper that is not indexed yet has nothing to delete, and will be indexed later.
    if key > last:
        return
    for index in INDEXES:
        # https://sqlite.org/fts5.html#the_delete_command: an external content index needs the text
        # that it is to delete.
        _write(connection, index, f"{index}, ", "'delete', ", key, old)
        _write(connection, index, "", "", key, new)


def rebuild(connection: sqlite3.Connection) -> None:
    """Rebuild the indexes from the papers; the caller holds the transaction."""
    for index in INDEXES:
        # Not 'rebuild', which reports "SQL logic error" for a text that cannot be read.
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
