"""Keep the full-text indexes in step with the papers."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Iterable, Mapping

from papertriage.cache.connection import others_writes, writing
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
# FTS5 writes a piece for each transaction, and joins four of a size as it goes: of a million papers
# each was written three times over. To index costs 30 us a paper, whether 4,000 are indexed at a
# time or 60,000, and to join what the 4,000 left another 10. A file's pieces are left as they are
# until some more come: 16 add 1 to 3 ms to a search.
MANY = 10_000
"""So many leave pieces of their own, which are not joined as they come."""
MANY_AT_ONCE = 60_000
"""So many papers are indexed at a time, which holds the lock for 2 s; 500 at a time take 60 us."""
FEW_PIECES = 20
"""So many pieces are left by an import."""
_AS_THEY_COME = {"automerge": 4, "crisismerge": 16}
_AT_THE_END = {"automerge": 0, "crisismerge": 1_999}
_AUTOMERGE = "SELECT v FROM papers_index_config WHERE k = 'automerge'"
# FTS5 itself can hold 2,000.
_PIECES = 32
# Each has a number of its own in the index's index, which is asked for the next one.
_COUNT_PIECES = """
WITH RECURSIVE piece (number) AS (
    SELECT min(segid) FROM papers_index_idx
    UNION ALL
    SELECT (SELECT min(segid) FROM papers_index_idx WHERE segid > piece.number)
    FROM piece WHERE piece.number IS NOT NULL
)
SELECT count(number) FROM piece
"""
# Pages of 4 KB that are joined in one transaction, 0.1 s, and the seconds between two of them.
_STEP, _PAUSE = 500, 0.02
# A search waits no longer than this for an import to let it write.
_PATIENCE_MS = 200
# Nor does it index so many that an import brings at this moment, and will index itself.
_COMING = 1_000
_COMES = """
SELECT came > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-10 seconds') FROM papers
ORDER BY key DESC LIMIT 1
"""

Text = tuple[int, str | None, str, str]
"""What is indexed of a paper: key, abstract, title, authors as JSON."""


class Waiting:
    """Texts of papers that are not indexed yet, in the order of their keys.

    To read and unpack them again costs 5 us a paper. They are forgotten as soon as anybody else
    has written to the cache, for it may have changed them.
    """

    def __init__(self) -> None:
        """Hold none."""
        self._texts: dict[int, Text] = {}
        self._others = 0

    def add(self, connection: sqlite3.Connection, texts: Iterable[Text]) -> None:
        """Hold the texts of papers that follow; in the transaction that inserts them."""
        self._forget_old(connection)
        self._texts.update((text[0], text) for text in texts)

    def change(self, key: int, paper: Paper) -> None:
        """Hold the new text of a paper, if its old one is held."""
        if key in self._texts:
            self._texts[key] = (key, paper.abstract, paper.title, list_text(paper.authors))

    def taken(self, connection: sqlite3.Connection, last: int) -> list[Text]:
        """Return, and forget, all texts after the last paper that is indexed; none if one lacks."""
        self._forget_old(connection)
        texts = [text for key, text in self._texts.items() if key > last]
        self._texts = {}
        return texts if texts and texts[-1][0] - last == len(texts) else []

    def _forget_old(self, connection: sqlite3.Connection) -> None:
        others = others_writes(connection)
        if others != self._others:
            self._texts, self._others = {}, others


def index_rest(connection: sqlite3.Connection) -> None:
    """Index the papers that no index holds yet; the caller holds the transaction.

    20,000 at a time cost 40 us each, 500 at a time 60: FTS5 writes fewer pieces to join.
    """
    (last,) = connection.execute(_LAST).fetchone()
    for index, columns in INDEXES.items():
        connection.execute(_REST.format(index=index, columns=", ".join(columns)), (last,))


def index(connection: sqlite3.Connection, waiting: Waiting | None = None) -> None:
    """Index the papers that no index holds yet, in a transaction of its own."""
    behind = lag(connection)
    if behind <= 0:
        return
    with writing(connection):
        if behind >= MANY:
            _let_join(connection, _AT_THE_END)
        if waiting:
            (last,) = connection.execute(_LAST).fetchone()
            texts = waiting.taken(connection, last)
            connection.executemany(
                "INSERT INTO papers_index (rowid, abstract, title, authors) VALUES (?, ?, ?, ?)",
                texts,
            )
            titles = [(text[0], text[2]) for text in texts]
            connection.executemany("INSERT INTO titles_index (rowid, title) VALUES (?, ?)", titles)
        index_rest(connection)


def settle(connection: sqlite3.Connection, steps: float = math.inf) -> None:
    """Join the pieces that many papers have left, so that few remain; at most so many steps.

    A step holds the lock for 0.1 s, and what a kill or a small number of them leaves is joined by
    the next call: 10 s in all for a million papers.
    """
    if _automerge(connection) != _AS_THEY_COME["automerge"] and join_pieces(connection, steps):
        with writing(connection):
            _let_join(connection, _AS_THEY_COME)


def crowded(connection: sqlite3.Connection) -> bool:
    """Say whether so many pieces wait to be joined that searches would take long."""
    return pieces(connection) >= _PIECES


def pieces(connection: sqlite3.Connection) -> int:
    """Return how many pieces each index has."""
    return int(connection.execute(_COUNT_PIECES).fetchone()[0])


def join_pieces(connection: sqlite3.Connection, steps: float = math.inf) -> bool:
    """Join the pieces of the indexes, a few pages in each transaction; say whether all are."""
    for index in INDEXES:
        changes = 2
        # https://sqlite.org/fts5.html#the_merge_command: fewer than two say that none is left.
        while changes > 1:
            if steps <= 0:
                return False
            before = connection.total_changes
            with writing(connection):
                _tell(connection, index, "merge", _STEP)
            changes = connection.total_changes - before
            steps -= 1
            # Who waits for the lock only looks from time to time whether it is free.
            time.sleep(_PAUSE)
    return True


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
        f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)",  # noqa: S608 - our two indexes
        (command, number),
    )


def lag(connection: sqlite3.Connection) -> int:
    """Return how many papers came after the last one that is indexed."""
    (indexed,) = connection.execute(_LAST).fetchone()
    (last,) = connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()
    return int(last) - int(indexed)


def catch_up(connection: sqlite3.Connection, *, coming: bool = False) -> None:
    """Index what an import that was killed has left, unless somebody is writing just now.

    With coming also what has come in the last ten seconds, which an import may be about to index.
    """
    behind = lag(connection)
    if behind <= 0:
        return
    if behind >= _COMING and not coming and connection.execute(_COMES).fetchone()[0]:
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
