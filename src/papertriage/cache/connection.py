"""Open the cache, check that it is one, and turn SQLite's errors into ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from papertriage import paths, signals
from papertriage.cache import migrations, packing
from papertriage.cache.file_systems import network
from papertriage.errors import CacheBusy, CacheUnusable, DiskError, PapertriageError

if TYPE_CHECKING:
    from typing import Concatenate, ParamSpec, TypeVar

    _Arguments = ParamSpec("_Arguments")
    _Result = TypeVar("_Result")

# "ptri" in ASCII; file(1) and SQLite tools show it.
APPLICATION_ID = 0x70747269
_OLDEST_ENGINE = (3, 34)
# SQLite's messages when it was built without a feature that is needed.
_NOT_BUILT_IN = {"no such module: fts5": "FTS5", "no such table: json_each": "JSON"}
_WAIT = 30.0
# 48 MB of pages, in KiB as SQLite expects; 64 MB of log, in pages of 4 KiB.
_LARGE_CACHE = -48_000
_LONG_LOG = 16_000
# Only the newest day of upvotes counts; times in `ahead` are restored once they have come.
_FIRST_LOOK = """
SELECT EXISTS (SELECT 1 FROM papers LIMIT 1),
    EXISTS (SELECT 1 FROM papers WHERE came > :latest)
    OR EXISTS (SELECT 1 FROM papers WHERE day > :last_day)
    OR EXISTS (SELECT 1 FROM sightings WHERE upvotes IS NOT NULL AND day > :last_day)
    OR EXISTS (SELECT 1 FROM ahead WHERE came <= :latest AND coalesce(changed, '') <= :latest)
"""
MEND = (
    "restore a backup (`papertriage doctor --restore FILE`), or save what can be read"
    " (`papertriage doctor --salvage FILE`)"
)
"""What to do with a damaged cache."""


@contextmanager
def opened(path: Path, *, wait: float = _WAIT) -> Iterator[sqlite3.Connection]:
    """Open the cache, creating or migrating it if needed; wait is the busy timeout in seconds.

    Raises CacheBusy, CacheUnusable or DiskError for every SQLite error inside.
    """
    with _held(path, wait, _prepare) as connection:
        yield connection


@contextmanager
def examined(path: Path, *, wait: float = _WAIT) -> Iterator[sqlite3.Connection]:
    """Open a cache of any supported version without creating or migrating it.

    Raises what opened() raises, and CacheUnusable if there is no file.
    """
    if not path.is_file():
        msg = f"there is no cache {path}"
        raise CacheUnusable(msg)
    with _held(path, wait, same_version) as connection:
        yield connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise CacheBusy, CacheUnusable or DiskError for every SQLite error inside."""
    try:
        yield
    except sqlite3.Error as error:
        # SQLite replaces the exception that a signal raises inside a callback with its own.
        signals.check()
        _translate(error, path)


def translating(
    function: Callable[Concatenate[sqlite3.Connection, _Arguments], _Result],
) -> Callable[Concatenate[sqlite3.Connection, _Arguments], _Result]:
    """Make a function raise CacheBusy, CacheUnusable or DiskError for its SQLite errors."""

    @wraps(function)
    def translated_function(
        connection: sqlite3.Connection, /, *words: _Arguments.args, **options: _Arguments.kwargs
    ) -> _Result:
        try:
            return function(connection, *words, **options)
        except sqlite3.Error as error:
            signals.check()
            _translate(error, path_of(connection))

    return translated_function


def path_of(connection: sqlite3.Connection) -> Path:
    """Return the file that a connection has open."""
    if isinstance(connection, _Cache):
        return connection.path
    (row,) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
    return Path(row[0])


@contextmanager
def patience(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Limit the wait for other processes inside the block."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {before}")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the start, and commit all or nothing.

    A deferred transaction that reads and then writes fails at once if another process has committed
    in between, whatever the busy timeout (SQLITE_BUSY_SNAPSHOT, https://sqlite.org/isolation.html).
    Raises CacheBusy if another file has taken the name.
    """
    try:
        # Inside the try: a signal may raise right after the statement.
        connection.execute("BEGIN IMMEDIATE")
        if isinstance(connection, _Cache):
            connection.hold_to_its_name()
        yield
        signals.check()
        # With a rollback journal a commit waits for readers, and fails if they stay.
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        signals.check()
        raise


class _Cache(sqlite3.Connection):
    """A connection that knows which file it has open, and under which name."""

    path: Path
    file: tuple[int, int] | None = None

    def hold_to_its_name(self) -> None:
        """Raise CacheBusy if the cache was replaced, so that others would not see a write."""
        if self.file is not None and _file_at(self.path) != self.file:
            msg = f"another file replaced {self.path} just now: nothing was saved, try again"
            raise CacheBusy(msg)


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def logs_ahead(path: Path) -> bool:
    """Return whether an open cache that was read uses a write-ahead log.

    SQLite puts it next to the file that a link points to.
    """
    return os.path.exists(f"{os.path.realpath(path)}-wal")


def data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes whenever another connection commits."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def first_look(connection: sqlite3.Connection, latest: str, last_day: str) -> tuple[bool, bool]:
    """Return whether the cache has no papers, and whether any of its times need correcting.

    latest (UTC) and last_day are the last plausible ones. A single statement that only uses
    indexes, because every command that shows papers runs it first.
    """
    row = connection.execute(_FIRST_LOOK, {"latest": latest, "last_day": last_day}).fetchone()
    return not row[0], bool(row[1])


def last_key(connection: sqlite3.Connection) -> int:
    """Return the key of the paper added last, or 0."""
    return int(connection.execute("SELECT coalesce(max(key), 0) FROM papers").fetchone()[0])


@contextmanager
def _held(
    path: Path, wait: float, check: Callable[[sqlite3.Connection, Path], object]
) -> Iterator[sqlite3.Connection]:
    _not_older_engine()
    with translated(path):
        connection = _connect(path, wait)
        try:
            try:
                if network(path):
                    _roll_back(connection)
                check(connection, path)
            except sqlite3.OperationalError as error:
                # SQLITE_IOERR_SHMMAP and similar: processes cannot share memory here.
                if not _named(error).startswith("SQLITE_IOERR_SHM"):
                    raise
                connection.close()
                connection = _connect(path, wait)
                _roll_back(connection)
                check(connection, path)
            yield connection
        finally:
            connection.close()


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    # Created here because SQLite would use mode 0644 whatever the umask. An empty file is new as
    # well: papertriage may have been killed before the first write.
    if not os.path.exists(path):
        paths.private_directory(path.parent)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            msg = f"the cache {path} cannot be created: {(error.strerror or str(error)).lower()}"
            raise DiskError(msg) from error
    if _cannot_change(path):
        # In WAL mode SQLite would have to create files next to it even to read.
        address = f"{paths.address(path)}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
    else:
        connection = _writable(path, wait)
    connection.row_factory = sqlite3.Row
    packing.teach(connection)
    # Some builds of SQLite do not let views call application-defined functions.
    connection.execute("PRAGMA trusted_schema = ON")
    return connection


def _writable(path: Path, wait: float) -> _Cache:
    while True:
        file = _file_at(path)
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None, factory=_Cache)
        if _file_at(path) == file:
            connection.path, connection.file = path, file
            return connection
        connection.close()


def _roll_back(connection: sqlite3.Connection) -> None:
    if isinstance(connection, _Cache) and os.access(connection.path, os.W_OK):
        from papertriage.cache.write_ahead import roll_back

        roll_back(connection)


def _log_ahead(connection: sqlite3.Connection, path: Path, *, patient: bool) -> None:
    # A cache that was read mostly has a log already. One without, made by another program or left
    # by a kill, gets one if its disk supports it.
    if isinstance(connection, _Cache) and not logs_ahead(path) and not network(path):
        from papertriage.cache.write_ahead import log_ahead

        log_ahead(connection, path, patient=patient)


def _cannot_change(path: Path) -> bool:
    """Return whether we cannot write next to the cache, and no process that can is using it."""
    wal = path.with_name(f"{path.name}-wal")
    return (
        path.is_file()
        and os.access(path, os.R_OK)
        and not os.access(path.parent, os.W_OK)
        and not (wal.exists() and wal.stat().st_size)
    )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == migrations.VERSION:
        _same_application(connection, path)
        _log_ahead(connection, path, patient=False)
    else:
        _migrate(connection, path, version)
    # FULL: decisions cannot be fetched again, and in WAL mode NORMAL may lose the last ones on a
    # power failure (https://sqlite.org/pragma.html#pragma_synchronous).
    connection.execute("PRAGMA synchronous = FULL")


def same_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a cache; raises CacheUnusable if it cannot be read."""
    _same_application(connection, path)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    _not_newer(version, path)
    _not_older(version, path)
    return version


def _same_application(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        msg = f"{path} is not a papertriage cache: choose another with --cache"
        raise CacheUnusable(msg)


def _not_older_engine() -> None:
    if sqlite3.sqlite_version_info < _OLDEST_ENGINE:
        oldest = ".".join(map(str, _OLDEST_ENGINE))
        msg = (
            f"this Python has SQLite {sqlite3.sqlite_version}, and papertriage needs {oldest} or"
            " newer: install papertriage with another Python"
        )
        raise CacheUnusable(msg)


def _not_newer(version: int, path: Path) -> None:
    if version > migrations.VERSION:
        msg = (
            f"{path} is from a newer papertriage (cache version {version}, this one reads up to"
            f" {migrations.VERSION}): upgrade papertriage"
        )
        raise CacheUnusable(msg)


def _not_older(version: int, path: Path) -> None:
    if version <= 0:
        msg = f"{path} holds papertriage's tables, but its version is invalid ({version}): {MEND}"
        raise CacheUnusable(msg)
    if version < migrations.OLDEST:
        from shlex import quote

        named = "" if path == paths.cache_path() else f" --cache {quote(str(path))}"
        msg = (
            f"{path} is from before papertriage was released (cache version {version}, this one"
            f" reads {migrations.VERSION}): `papertriage doctor --salvage FILE{named}` carries its"
            " decisions, labels and own topics over to a new cache"
        )
        raise CacheUnusable(msg)


def _migrate(connection: sqlite3.Connection, path: Path, version: int) -> None:
    _not_newer(version, path)
    new = version == 0 and not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if not new:
        same_version(connection, path)
    _log_ahead(connection, path, patient=True)
    with writing(connection):
        # Another process may have migrated it in the meantime.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == migrations.VERSION:
            return
        try:
            if new:
                migrations.create(connection)
            else:
                migrations.migrate(connection)
        except sqlite3.OperationalError as error:
            # A table exists already, or is missing.
            if _named(error) != "SQLITE_ERROR":
                raise
            msg = f"{path} does not match the schema of cache version {version} ({error}): {MEND}"
            raise CacheUnusable(msg) from error
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _translate(error: sqlite3.Error, path: Path) -> NoReturn:
    name = _named(error)
    failure: PapertriageError
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        failure = CacheBusy(
            f"the cache is busy, another papertriage is writing to {path}: nothing was saved,"
            " try again"
        )
    elif name.startswith("SQLITE_FULL"):
        failure = DiskError(f"the disk is full, {path} cannot grow: free space, then run it again")
    elif name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_IOERR")):
        failure = DiskError(f"the cache {path} cannot be written: {error}")
    elif name.startswith("SQLITE_NOTADB"):
        failure = CacheUnusable(f"{path} is not a papertriage cache: choose another with --cache")
    elif name.startswith("SQLITE_CANTOPEN"):
        what = "cannot be opened: check the path and its permissions"
        failure = CacheUnusable(f"the cache {path} {what}")
    elif needed := _NOT_BUILT_IN.get(str(error)):
        failure = CacheUnusable(
            f"this Python's SQLite ({sqlite3.sqlite_version}) was built without {needed}, which"
            " papertriage needs: install papertriage with another Python"
        )
    elif not name and "decode to UTF-8" in str(error):
        # "Could not decode to UTF-8 column 'title' with text '…'", from Python's sqlite3 module.
        told = str(error).partition(" with text ")[0].lower()
        failure = CacheUnusable(f"the cache {path} is damaged ({told}): {MEND}")
    # Only unpacked(), our function in cache/packing.py, can fail this way.
    elif name.startswith("SQLITE_CORRUPT") or "user-defined function" in str(error):
        failure = CacheUnusable(f"the cache {path} is damaged ({error}): {MEND}")
    else:
        failure = CacheUnusable(f"the cache {path} failed: {error}")
    raise failure from error


def _named(error: sqlite3.Error) -> str:
    # Errors raised by Python's sqlite3 module itself have no SQLite error name.
    return getattr(error, "sqlite_errorname", "")
