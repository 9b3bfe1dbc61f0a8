"""Check that the cache is intact."""

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
# Comparing an index with its texts takes 23 s of CPU per million papers, and checking its structure
# alone 9 s; nobody else can write meanwhile, and writers block for at most 30 s.
_COMPARED = 100_000
_SHOWN = 5
# FTS5 does not report which text it could not read.
_ABSTRACTS = Table("papers", ("abstract",), ("rowid",))
_PAGE = 1000


def problems(connection: sqlite3.Connection, *, deep: bool = False) -> Iterator[str]:
    """Yield problems with the file, its indexes, references and decisions, one line each.

    Unless deep, the index of a cache of more than 100,000 papers is not compared with its texts,
    and rows are not read one by one.
    """
    damage = False
    # Includes all indexes: quick_check of SQLite 3.40 wrongly reports NULL in a table WITHOUT ROWID
    # whose key is not in column order; 2.7 instead of 1.7 s of CPU per million papers.
    for (line,) in connection.execute(f"PRAGMA integrity_check({100 if deep else 10})"):
        if line != "ok":
            damage = True
            yield f"integrity: {line}"
    if damage:
        # Further checks of a damaged file would only report the same damage.
        yield (
            "restore a backup (`papertriage doctor --restore FILE`), or save what can be read"
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
    more = "" if version == VERSION else f", which the next command upgrades to {VERSION}"
    yield f"cache version {version}{more}"


def engine() -> str:
    """Return SQLite's version, with its known bugs."""
    old = sqlite3.sqlite_version_info < _WAL_RESET_MENDED
    known = (
        " (has the WAL-reset bug, fixed in 3.51.3, which can rarely corrupt a cache)" if old else ""
    )
    return f"SQLite {sqlite3.sqlite_version}{known}"


def _index_problems(connection: sqlite3.Connection, *, deep: bool) -> Iterator[str]:
    # Papers that a killed import left to the next search are not a problem.
    catch_up(connection)
    behind = lag(connection)
    if behind > 0:
        yield f"{behind:,} papers are not in the search index: `papertriage doctor --rebuild-index`"
    (last,) = connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()
    try:
        for index in INDEXES:
            # https://sqlite.org/fts5.html#the_integrity_check_command: 1 compares the content too.
            connection.execute(
                f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', ?)",
                (int(deep or last <= _COMPARED),),
            )
    except sqlite3.OperationalError as error:
        check()
        # The check needs write access, and a busy cache is not a broken one.
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
    """Yield the tables with rows of missing papers; scans each table and looks up its papers."""
    for table in tables(connection):
        if not by_paper_key(connection, table.name):
            continue
        (lost,) = connection.execute(
            f'SELECT count(*) FROM "{table.name}" WHERE paper NOT IN (SELECT key FROM papers)'
        ).fetchone()
        if lost:
            yield f"{table.name}: {lost:,} rows of missing papers"


def _word_problems(connection: sqlite3.Connection) -> Iterator[str]:
    found = disagreements(connection)
    shown = list(islice(found, _SHOWN))
    yield from shown
    rest = sum(1 for _ in found)
    if rest:
        yield f"and {rest:,} more papers like these"
    if shown:
        yield "`papertriage doctor --replay-journal` rebuilds them from the journal"


def _tagged_too_far(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT name, tagged_to FROM topics"
        " WHERE tagged_to > (SELECT coalesce(max(key), 0) FROM papers) ORDER BY name"
    )
    for name, tagged_to in rows:
        yield f"topic {name}: tagged to paper {tagged_to:,}, which does not exist"


def _row_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Read every row of every table: a full scan by design."""
    (lost,) = connection.execute(
        "SELECT count(*) FROM tags WHERE topic NOT IN (SELECT key FROM topics)"
    ).fetchone()
    if lost:
        yield f"tags: {lost:,} rows of missing topics"
    for table in tables(connection):
        bad = sum(1 for _ in damaged(connection, table))
        if bad:
            yield f"{table.name}: {bad:,} rows with invalid values"


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
