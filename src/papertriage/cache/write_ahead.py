"""Choose how writes become atomic: by a write-ahead log or a rollback journal.

A write-ahead log needs memory shared by all processes that use the cache, so it only works on one
machine (https://sqlite.org/wal.html); a rollback journal only needs locks.
"""

from __future__ import annotations

import mmap
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from papertriage.cache.connection import patience
from papertriage.cache.placing import beside, place
from papertriage.errors import CacheBusy, DiskError, OutputError

_TRIES, _MOMENT = 50, 0.02
# SQLite's shared memory grows in steps of this size.
_SHARED = 32_768
_WAIT = 2.0
# 48 MB of pages, in KiB as SQLite expects; 64 MB of log, in pages of 4 KiB.
_LARGE_CACHE = -48_000
_LONG_LOG = 16_000


def lacks_shared_memory(error: sqlite3.Error) -> bool:
    """Return whether SQLite failed because processes cannot share memory."""
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR_SHM")


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether SQLite failed because another process uses the file."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def log_ahead(connection: sqlite3.Connection, path: Path, *, patient: bool) -> None:
    """Switch to a write-ahead log, which outlives the connection, if the disk allows it.

    This needs a moment without readers. Unless patient, it gives way to them: the cache works
    without a log, and a later command switches.
    """
    if not _shares_memory(path):
        return
    with patience(connection, 0):
        for left in range(_TRIES if patient else 0, -1, -1):
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if lacks_shared_memory(error):
                    raise
                # SQLite does not wait when two processes switch at once, since each reads before it
                # writes.
                if left:
                    time.sleep(_MOMENT)
            else:
                return


@contextmanager
def bulk_write(connection: sqlite3.Connection) -> Iterator[None]:
    """Speed up writing many papers: hold more pages in memory, and checkpoint less often."""
    before = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("cache_size", "wal_autocheckpoint")
    }
    connection.execute(f"PRAGMA cache_size = {_LARGE_CACHE}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LONG_LOG}")
    try:
        yield
    finally:
        for name, value in before.items():
            connection.execute(f"PRAGMA {name} = {value}")


def roll_back(connection: sqlite3.Connection) -> None:
    """Switch to a rollback journal without asking for shared memory; must precede any read.

    Moves the content of a write-ahead log into the file. If there is a log, waits until nobody else
    uses the cache; the connection's next statement lets others in again.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA locking_mode = NORMAL")


@contextmanager
def alone(path: Path, wait: float) -> Iterator[sqlite3.Connection]:
    """Lock everybody else out of a cache, readers too, until the block ends.

    Within the block, no other handle of the file may be closed: POSIX then drops every lock of the
    process
    (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    """
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        # Locks are then kept until the connection closes, and a log needs no shared memory.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        yield connection
    finally:
        connection.close()


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename a finished cache to its final name, replacing a cache that nobody is using.

    Raises CacheBusy if somebody is using it, OutputError if a log or journal of another file is in
    the way, which SQLite would apply to this one, and DiskError.
    """
    with ExitStack() as stack:
        if target.exists():
            try:
                _leave_nothing_beside(stack.enter_context(alone(target, _WAIT)))
            except sqlite3.DatabaseError as error:
                if is_busy(error):
                    msg = f"another papertriage is using {target}: stop it, or choose another file"
                    raise CacheBusy(msg) from error
        for end in ("-wal", "-journal"):
            left = target.with_name(target.name + end)
            if left.exists():
                msg = (
                    f"{left} belongs to another file, and SQLite would apply it to {target}:"
                    " move it away, or choose another file"
                )
                raise OutputError(msg)
        place(temporary, target)


def _leave_nothing_beside(held: sqlite3.Connection) -> None:
    """Move the log into its file, and keep the file locked without a log or journal next to it.

    Processes that wait for it notice that it was renamed: connection.writing().
    """
    while held.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete":
        # In this mode the journal is deleted when the lock is released, which happens once.
        held.execute("PRAGMA locking_mode = NORMAL")
        held.execute("BEGIN EXCLUSIVE")
        held.execute("COMMIT")
        held.execute("BEGIN EXCLUSIVE")
        if held.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
            return
        held.execute("COMMIT")


def _shares_memory(path: Path) -> bool:
    """Return whether processes can share memory through a file next to the cache."""
    try:
        with beside(path) as temporary, temporary.open("r+b") as file:
            file.truncate(_SHARED)
            mmap.mmap(file.fileno(), _SHARED).close()
    except (OSError, DiskError):
        return False
    return True
