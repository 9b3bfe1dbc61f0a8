"""Put another file in the cache's place, with every word that was said since."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from papertriage.cache.backup import Advance, copy, verified
from papertriage.cache.connection import examined, opened, translated, writing
from papertriage.cache.placing import beside, place
from papertriage.cache.renaming import follow_names, say_under_lasting_ids
from papertriage.cache.replaying import JOURNAL, add_lines, replay
from papertriage.cache.salvage import lines_of
from papertriage.cache.tables import LEDGERS, tables
from papertriage.errors import CacheBusy, DiskError, InputError

# Long enough for a command that is about to end, too short for a fetch.
_WAIT = 2.0


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the cache of before is now (None: there was none), and what was carried over."""

    aside: Path | None
    lines: int
    rows: int


def restore(file: Path, cache: Path, stamp: str, advance: Advance) -> Restored:
    """Put a copy of a file in the cache's place; the cache of before is put aside, named by stamp.

    Journal lines and ledgers of the cache of before go into the copy. Raises CacheUnusable for a
    file that is no whole cache, CacheBusy where another process uses the cache, DiskError.
    """
    if file.exists() and cache.exists() and file.samefile(cache):
        msg = f"{file} is the cache itself: name a backup of it"
        raise InputError(msg)
    verified(file)
    with beside(cache) as temporary:
        with examined(file) as source, translated(cache):
            copy(source, temporary, advance)
        with opened(temporary) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with _alone(cache) as held:
            lines, rows = _carry(temporary, cache, held)
            aside = _put_aside(cache, stamp)
            place(temporary, cache)
    return Restored(aside, lines, rows)


@contextmanager
def _alone(cache: Path) -> Iterator[sqlite3.Connection | None]:
    """Keep everybody else out of a cache; yields None where there is none, or a damaged one.

    Leaving WAL mode needs a cache that nobody else has open, and leaves no WAL behind; a WAL
    beside another file would be replayed into it (https://sqlite.org/howtocorrupt.html).
    """
    if not _begins_as_one(cache):
        # SQLite would write a WAL into it, which may be another cache's.
        yield None
        return
    connection = sqlite3.connect(cache, timeout=_WAIT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        held: sqlite3.Connection | None = connection
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                msg = f"another papertriage uses {cache}: end it, then restore again"
                raise CacheBusy(msg) from error
            held = None
        try:
            yield held
        except BaseException:
            # Nothing was put in its place: it stays the cache that it was.
            if held:
                with contextlib.suppress(sqlite3.DatabaseError):
                    held.execute("ROLLBACK")
                    held.execute("PRAGMA journal_mode = WAL")
            raise
    finally:
        connection.close()


def _begins_as_one(cache: Path) -> bool:
    if not cache.is_file():
        return False
    with cache.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _carry(temporary: Path, cache: Path, held: sqlite3.Connection | None) -> tuple[int, int]:
    """Add the words and ledgers that the restored file lacks; returns how many of each."""
    lines: list[tuple[str | None, ...]] = list(lines_of(cache))
    ledgers = []
    if held:
        with contextlib.suppress(sqlite3.DatabaseError):
            lines += [tuple(row) for row in held.execute(f"SELECT {JOURNAL} FROM journal")]  # noqa: S608 - our columns
        with contextlib.suppress(sqlite3.DatabaseError):
            ledgers = [table for table in tables(held) if table.name in LEDGERS]
    rows = 0
    with opened(temporary) as connection:
        with writing(connection):
            added = add_lines(connection, lines)
            if held:
                with contextlib.suppress(sqlite3.DatabaseError):
                    say_under_lasting_ids(connection, held)
            replay(connection)
            there = {table.name for table in tables(connection)}
            for table in ledgers:
                if held and table.name in there:
                    with contextlib.suppress(sqlite3.DatabaseError):
                        rows += _copy_rows(connection, held, table.name, table.columns)
            follow_names(connection)
        # All in the one file that is renamed.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return added, rows


def _copy_rows(
    connection: sqlite3.Connection, held: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> int:
    """Copy a ledger's rows, the later word in place of the earlier; returns how many are new."""
    names = ", ".join(f'"{name}"' for name in columns)
    count = f'SELECT count(*) FROM "{table}"'  # noqa: S608 - one of our ledgers
    before = connection.execute(count).fetchone()[0]
    connection.executemany(
        f'INSERT OR REPLACE INTO "{table}" ({names})'  # noqa: S608 - as above
        f" VALUES ({', '.join('?' * len(columns))})",
        (tuple(row) for row in held.execute(f'SELECT {names} FROM "{table}"')),  # noqa: S608 - as above
    )
    return int(connection.execute(count).fetchone()[0] - before)


def _put_aside(cache: Path, stamp: str) -> Path | None:
    """Give the cache, and what SQLite left beside it, another name; nothing is removed."""
    if not cache.exists():
        return None
    aside = cache.with_name(f"{cache.stem}-{stamp}{cache.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = cache.with_name(f"{cache.stem}-{stamp}-{number}{cache.suffix}")
    try:
        for end in ("-wal", "-shm", "-journal"):
            beside_it = cache.with_name(cache.name + end)
            if beside_it.exists():
                beside_it.rename(aside.with_name(aside.name + end))
        try:
            # Two names for a moment, so that a kill leaves the old cache or the new, never none.
            os.link(cache, aside)
        except OSError:
            cache.rename(aside)
    except OSError as error:
        msg = f"{cache} cannot be put aside: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error
    return aside
