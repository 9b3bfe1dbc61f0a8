"""Check that the cache is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain, islice

from papertriage.cache.cells import damaged
from papertriage.cache.indexing import INDEXES, catch_up, lag
from papertriage.cache.migrations import VERSION
from papertriage.cache.rescue.replaying import disagreements
from papertriage.cache.tables import Table, by_paper_key, readable, tables
from papertriage.signals import check
from papertriage.text import counted

# https://sqlite.org/wal.html#walresetbug: rare corruption when two connections write at once.
_WAL_RESET_MENDED = (3, 51, 3)
# Comparing an index with the text it is of takes 23 s of CPU a million papers, and its structure
# alone 9 s; nobody else can write meanwhile, and who writes waits 30 s at most.
_COMPARED = 100_000
_SHOWN = 5
# FTS5 does not say which text it could not read.
_ABSTRACTS = Table("papers", ("abstract",), ("rowid",))
_PAGE = 1000


def problems(connection: sqlite3.Connection, *, deep: bool = False) -> Iterator[str]:
    """Yield what is wrong with the file, its indexes, references and words, one line each.

    Not deep, the index of a cache of more than 100,000 papers is not compared with its texts, and
    rows are not read one by one.
    """
    damage = False
    # With all indexes, because quick_check of SQLite 3.40 finds NULL in a table WITHOUT ROWID
    # whose key is not in the order of its columns; 2.7 against 1.7 s of CPU a million papers.
    for (line,) in connection.execute(f"PRAGMA integrity_check({100 if deep else 10})"):
        if line != "ok":
            damage = True
            yield f"integrity: {line}"
    if damage:
        # What else is asked of a damaged file says nothing of its own.
        yield (
            "go on with a backup (`papertriage doctor --restore FILE`), or save what can be read"
            " (`papertriage doctor --salvage FILE`)"
        )
        return
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        yield from _index_problems(connection, deep=deep)
    yield from _orphans(connection)
    yield from _word_problems(connection)
    yield from _tagged_too_far(connection)
    if deep:
        yield from _row_problems(connection)


def versions(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the versions of SQLite and of the cache."""
    yield engine()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    more = "" if version == VERSION else f", which the next command brings to {VERSION}"
    yield f"cache version {version}{more}"


def engine() -> str:
    """Return SQLite's version, with what is known against it."""
    old = sqlite3.sqlite_version_info < _WAL_RESET_MENDED
    known = " (has the WAL-reset bug, mended in 3.51.3: a rare corruption)" if old else ""
    return f"SQLite {sqlite3.sqlite_version}{known}"


def _index_problems(connection: sqlite3.Connection, *, deep: bool) -> Iterator[str]:
    # What an import that was killed has left to the next search is no fault.
    catch_up(connection)
    behind = lag(connection)
    if behind > 0:
        yield f"{behind:,} papers are not in the search index: `papertriage doctor --rebuild-index`"
    (last,) = connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()
    try:
        for index in INDEXES:
            # https://sqlite.org/fts5.html#the_integrity_check_command: 1 reads the content too.
            connection.execute(
                f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', ?)",
                (int(deep or last <= _COMPARED),),
            )
    except sqlite3.OperationalError as error:
        check()
        # Whoever may not write cannot ask the index; a busy cache is not a broken one.
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_READONLY"):
            yield "the search index was not checked: the cache cannot be written"
        elif name == "SQLITE_ERROR" and (lost := _undecodable(connection, _ABSTRACTS)):
            yield (
                f"{counted(lost, 'abstract')} cannot be read: restore a backup (`papertriage doctor"
                " --restore FILE`), or save the rest (`papertriage doctor --salvage FILE`)"
            )
        else:
            raise
    except sqlite3.DatabaseError:
        check()
        yield "the search index does not match the papers: `papertriage doctor --rebuild-index`"


def _orphans(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the tables with rows of papers that are gone: each is scanned, papers are looked up."""
    for table in tables(connection):
        if not by_paper_key(connection, table.name):
            continue
        (lost,) = connection.execute(
            f'SELECT count(*) FROM "{table.name}" WHERE paper NOT IN (SELECT key FROM papers)'
        ).fetchone()
        if lost:
            yield f"{table.name}: {lost:,} rows of papers that are not there"


def _word_problems(connection: sqlite3.Connection) -> Iterator[str]:
    found = disagreements(connection)
    shown = list(islice(found, _SHOWN))
    yield from shown
    rest = sum(1 for _ in found)
    if rest:
        yield f"and {rest:,} more papers like these"
    if shown:
        yield "`papertriage doctor --replay-journal` reads them off the journal anew"


def _tagged_too_far(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT name, tagged_to FROM topics"
        " WHERE tagged_to > (SELECT coalesce(max(key), 0) FROM papers) ORDER BY name"
    )
    for name, tagged_to in rows:
        yield f"topic {name}: tagged to paper {tagged_to:,}, which is not there"


def _row_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Read every row of every table; a full scan by design."""
    (lost,) = connection.execute(
        "SELECT count(*) FROM tags WHERE topic NOT IN (SELECT key FROM topics)"
    ).fetchone()
    if lost:
        yield f"tags: {lost:,} rows of topics that are not there"
    for table in tables(connection):
        bad = sum(1 for _ in damaged(connection, table))
        if bad:
            yield f"{table.name}: {bad:,} rows that cannot be read as what they should be"


def _undecodable(connection: sqlite3.Connection, table: Table) -> int:
    names = ", ".join(f'"{name}"' for name in table.columns)
    factories = connection.row_factory, connection.text_factory
    connection.row_factory, connection.text_factory = None, bytes
    try:
        rows = connection.execute(f'SELECT {names} FROM "{table.name}"')
        pages = iter(lambda: rows.fetchmany(_PAGE), [])
        return sum(not readable(table, row) for row in chain.from_iterable(pages))
    finally:
        connection.row_factory, connection.text_factory = factories
