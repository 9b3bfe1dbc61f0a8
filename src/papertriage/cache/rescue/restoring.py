"""Restore a backup of the cache, keeping decisions and labels made since."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from papertriage.cache.connection import examined, opened, translated, writing
from papertriage.cache.placing import LEFT_BESIDE, beside, need_space, place
from papertriage.cache.rescue.backup import Advance, copy, size_of, verified
from papertriage.cache.rescue.renaming import follow_names, say_under_lasting_ids
from papertriage.cache.rescue.replaying import JOURNAL, add_lines, replay
from papertriage.cache.rescue.salvage import lines_of
from papertriage.cache.tables import LEDGERS, tables
from papertriage.cache.write_ahead import alone, is_busy
from papertriage.errors import CacheBusy, DiskError, InputError

# Long enough for a command that is about to end, too short for a fetch.
_WAIT = 2.0
# Bytes copied between two checks for signals: some 40 MB.
_PAGES = 10_000
_PIECE = 2**20
_Line = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the previous cache is now (None: there was none), and what was carried over."""

    aside: Path | None
    lines: int
    rows: int


def restore(file: Path, cache: Path, stamp: str, advance: Advance) -> Restored:
    """Replace the cache with a copy of a file; the previous cache is put aside, named by stamp.

    Journal lines and ledgers of the previous cache are carried over. Raises CacheUnusable if the
    file is not an intact cache, CacheBusy if another process uses the cache, DiskError.
    """
    if file.exists() and cache.exists() and file.samefile(cache):
        msg = f"{file} is the cache itself: choose a backup of it"
        raise InputError(msg)
    verified(file)
    # Resolve a link, so that the link itself stays.
    cache = Path(os.path.realpath(cache))
    with beside(cache) as temporary:
        with examined(file) as source, translated(cache):
            copy(source, temporary, advance)
        with opened(temporary) as fresh, translated(cache):
            done = _write_over(cache, fresh, stamp)
            lines = 0 if done else _add(fresh, _lines_of_damaged(cache))
        done = done or Restored(_swap(temporary, cache, stamp), lines, 0)
    # Opening it once creates the log or journal that suits its disk.
    with opened(cache):
        return done


def _write_over(cache: Path, fresh: sqlite3.Connection, stamp: str) -> Restored | None:
    """Overwrite the cache with the restored one in place; None if SQLite cannot lock it.

    The file keeps its name throughout, so that processes waiting for it get the restored one, and
    files left next to it by a kill belong to it.
    """
    # SQLite deletes the log of an empty file.
    lines = [] if _size(cache) else lines_of(cache)
    with ExitStack() as stack:
        # Closed after the connection, whose locks would be lost with it.
        content = stack.enter_context(_content(cache))
        try:
            held = stack.enter_context(alone(cache, _WAIT))
        except sqlite3.DatabaseError as error:
            if is_busy(error):
                msg = f"another papertriage is using {cache}: stop it, then restore again"
                raise CacheBusy(msg) from error
            if error.sqlite_errorname.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
                return None
            raise
        held.row_factory = sqlite3.Row
        if _is_new(held):
            added, rows = _carry(fresh, held, lines)
            _overwrite(held, fresh)
            return Restored(None, added, rows)
        need_space(cache.parent, _size(cache) + size_of(fresh), "restoring")
        before = stack.enter_context(beside(cache))
        _copy(content, cache, before)
        added, rows = _carry(fresh, held, lines_of(before))
        aside = _put_aside(before, cache, stamp)
        try:
            _overwrite(held, fresh)
        except sqlite3.Error:
            # The cache is unchanged: its copy is not needed.
            for end in ("", *LEFT_BESIDE):
                aside.with_name(aside.name + end).unlink(missing_ok=True)
            raise
        return Restored(aside, added, rows)


def _overwrite(held: sqlite3.Connection, fresh: sqlite3.Connection) -> None:
    """Overwrite one cache with another in one transaction."""
    sizes = [one.execute("PRAGMA page_size").fetchone()[0] for one in (held, fresh)]
    if sizes[0] != sizes[1]:
        # A write-ahead log only has pages of one size.
        held.execute("PRAGMA journal_mode = DELETE")
    fresh.backup(held, pages=_PAGES, progress=lambda *_: None, sleep=0)


def _carry(
    fresh: sqlite3.Connection, held: sqlite3.Connection, lines: Iterable[_Line]
) -> tuple[int, int]:
    """Add the journal lines and ledgers that the restored cache lacks; returns how many of each."""
    words = [*lines]
    ledgers = []
    with contextlib.suppress(sqlite3.DatabaseError):
        words += [tuple(row) for row in held.execute(f"SELECT {JOURNAL} FROM journal")]
    with contextlib.suppress(sqlite3.DatabaseError):
        ledgers = [table for table in tables(held) if table.name in LEDGERS]
    added, rows = _add(fresh, words, held), 0
    with writing(fresh):
        for table in ledgers:
            with contextlib.suppress(sqlite3.DatabaseError):
                rows += _copy_rows(fresh, held, table.name, table.columns)
        follow_names(fresh)
    return added, rows


def _add(
    fresh: sqlite3.Connection, lines: Iterable[_Line], held: sqlite3.Connection | None = None
) -> int:
    with writing(fresh):
        added = add_lines(fresh, lines)
        if held:
            with contextlib.suppress(sqlite3.DatabaseError):
                say_under_lasting_ids(fresh, held)
        replay(fresh)
    return added


def _copy_rows(
    fresh: sqlite3.Connection, held: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> int:
    """Copy a ledger's rows, later ones replacing earlier ones; returns how many are new."""
    names = ", ".join(f'"{name}"' for name in columns)
    count = f'SELECT count(*) FROM "{table}"'
    before = fresh.execute(count).fetchone()[0]
    fresh.executemany(
        f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})',
        (tuple(row) for row in held.execute(f'SELECT {names} FROM "{table}"')),
    )
    return int(fresh.execute(count).fetchone()[0] - before)


def _is_new(held: sqlite3.Connection) -> bool:
    """Return whether nothing was ever written to a cache."""
    try:
        return held.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    except sqlite3.DatabaseError:
        return False


def _size(cache: Path) -> int:
    return cache.stat().st_size if cache.exists() else 0


def _content(cache: Path) -> BinaryIO:
    """Open the file of the cache, creating it if it does not exist."""
    try:
        if not cache.exists():
            cache.touch(0o600)
        return cache.open("rb")
    except OSError as error:
        msg = f"{cache} cannot be moved aside: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error


def _copy(content: BinaryIO, cache: Path, before: Path) -> None:
    """Copy a cache that nobody is writing to, with its log, byte by byte."""
    try:
        with before.open("r+b") as file:
            shutil.copyfileobj(content, file, _PIECE)
        log = cache.with_name(f"{cache.name}-wal")
        if _size(log):
            shutil.copyfile(log, before.with_name(f"{before.name}-wal"))
            before.with_name(f"{before.name}-wal").chmod(0o600)
    except OSError as error:
        msg = f"{cache} cannot be moved aside: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error


def _put_aside(before: Path, cache: Path, stamp: str) -> Path:
    """Rename the copy of the cache, and of its log, to include the stamp."""
    aside = _free_name(cache, stamp)
    log = before.with_name(f"{before.name}-wal")
    if log.exists():
        place(log, aside.with_name(f"{aside.name}-wal"))
    place(before, aside)
    return aside


def _free_name(cache: Path, stamp: str) -> Path:
    number, ends = 1, ("", *LEFT_BESIDE)
    aside = cache.with_name(f"{cache.stem}-{stamp}{cache.suffix}")
    while any(aside.with_name(aside.name + end).exists() for end in ends):
        number += 1
        aside = cache.with_name(f"{cache.stem}-{stamp}-{number}{cache.suffix}")
    return aside


def _lines_of_damaged(cache: Path) -> list[_Line]:
    """Return the journal lines in the file, its log, and logs put aside by earlier restores."""
    logs = cache.parent.glob(f"{glob.escape(cache.stem)}-*{glob.escape(cache.suffix)}-wal")
    put_aside = (log.with_name(log.name.removesuffix("-wal")) for log in logs)
    return [line for path in (cache, *put_aside) for line in lines_of(path)]


def _swap(temporary: Path, cache: Path, stamp: str) -> Path:
    """Replace a file that SQLite cannot read, so that nobody can be writing to it.

    Files next to the old one are moved first: SQLite would apply them to the new one.
    """
    aside = _free_name(cache, stamp)
    try:
        for end in (*LEFT_BESIDE, ""):
            one = cache.with_name(cache.name + end)
            if one.exists():
                _link(one, aside.with_name(aside.name + end))
        for end in LEFT_BESIDE:
            cache.with_name(cache.name + end).unlink(missing_ok=True)
    except OSError as error:
        msg = f"{cache} cannot be moved aside: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error
    place(temporary, cache)
    return aside


def _link(file: Path, name: Path) -> None:
    """Hard-link a file, or copy it if the disk has no hard links."""
    try:
        os.link(file, name)
    except OSError:
        with beside(name) as temporary:
            shutil.copyfile(file, temporary)
            place(temporary, name)
