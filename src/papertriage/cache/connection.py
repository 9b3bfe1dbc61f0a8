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
# What SQLite says where it was built without something that is needed.
_NOT_BUILT_IN = {"no such module: fts5": "FTS5", "no such table: json_each": "JSON"}
_WAIT = 30.0
# 48 MB of pages, in KiB as SQLite wants it; 64 MB of log, in pages of 4 KiB.
_LARGE_CACHE = -48_000
_LONG_LOG = 16_000
# Of upvotes the newest day counts; what stands in ahead is given back once its time has come.
_FIRST_LOOK = """
SELECT EXISTS (SELECT 1 FROM papers LIMIT 1),
    EXISTS (SELECT 1 FROM papers WHERE came > :latest)
    OR EXISTS (SELECT 1 FROM papers WHERE day > :last_day)
    OR EXISTS (SELECT 1 FROM sightings WHERE upvotes IS NOT NULL AND day > :last_day)
    OR EXISTS (SELECT 1 FROM ahead WHERE came <= :latest AND coalesce(changed, '') <= :latest)
"""
MEND = (
    "restore a copy of it (`papertriage doctor --restore FILE`), or save what can be read"
    " (`papertriage doctor --salvage FILE`)"
)
"""What to do with a damaged cache."""


@contextmanager
def opened(path: Path, *, wait: float = _WAIT) -> Iterator[sqlite3.Connection]:
    """Open the cache, made or migrated where needed; wait is the busy timeout in seconds.

    Raises CacheBusy, CacheUnusable or DiskError for everything that SQLite raises inside.
    """
    with _held(path, wait, _prepare) as connection:
        yield connection


@contextmanager
def examined(path: Path, *, wait: float = _WAIT) -> Iterator[sqlite3.Connection]:
    """Open a cache of any version that opened() reads as it is: neither made nor migrated.

    Raises what opened() raises, and CacheUnusable where there is no file.
    """
    if not path.is_file():
        msg = f"there is no cache {path}"
        raise CacheUnusable(msg)
    with _held(path, wait, same_version) as connection:
        yield connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise CacheBusy, CacheUnusable or DiskError for everything that SQLite raises inside."""
    try:
        yield
    except sqlite3.Error as error:
        # SQLite makes an error of its own of what a signal raises in a function that it calls.
        signals.check()
        _translate(error, path)


def translating(
    function: Callable[Concatenate[sqlite3.Connection, _Arguments], _Result],
) -> Callable[Concatenate[sqlite3.Connection, _Arguments], _Result]:
    """Let a function raise CacheBusy, CacheUnusable or DiskError for what SQLite raises in it."""

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
    """Wait for other processes no longer than this inside; afterwards as long as before."""
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {before}")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the start, and commit all or nothing.

    A deferred transaction that reads and then writes fails at once when another has committed in
    between, whatever the busy timeout (SQLITE_BUSY_SNAPSHOT, https://sqlite.org/isolation.html).
    Raises CacheBusy where another file has taken the name.
    """
    try:
        # Inside the try: a signal may raise right after the statement.
        connection.execute("BEGIN IMMEDIATE")
        if isinstance(connection, _Cache):
            connection.hold_to_its_name()
        yield
        signals.check()
        # A rollback journal makes a commit wait for readers, and fail where they stay.
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        signals.check()
        raise


class _Cache(sqlite3.Connection):
    """A connection that knows which file it has open, under which name."""

    path: Path
    file: tuple[int, int] | None = None

    def hold_to_its_name(self) -> None:
        """Raise CacheBusy where what is written now would not be in the cache that others read."""
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
    """Say whether a cache that is open and was read has a write-ahead log, and no rollback journal.

    SQLite puts it beside the file that a link leads to.
    """
    return os.path.exists(f"{os.path.realpath(path)}-wal")


def data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection has committed."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def first_look(connection: sqlite3.Connection, latest: str, last_day: str) -> tuple[bool, bool]:
    """Return whether the cache holds no paper, and whether times in it wait to be put right.

    latest (UTC) and last_day are the last that are plausible. One statement, and each part of it by
    an index: every command that shows papers asks it first.
    """
    row = connection.execute(_FIRST_LOOK, {"latest": latest, "last_day": last_day}).fetchone()
    return not row[0], bool(row[1])


def last_key(connection: sqlite3.Connection) -> int:
    """Return the key of the paper that came last, or 0."""
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
                # SQLITE_IOERR_SHMMAP and its kin: no memory that processes could share here.
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
    # Created before SQLite does it, because SQLite gives 0644 whatever the umask says of others.
    # A file of no bytes is new as well: a kill may come before the first write.
    if not os.path.exists(path):
        paths.private_directory(path.parent)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            msg = f"the cache {path} cannot be created: {(error.strerror or str(error)).lower()}"
            raise DiskError(msg) from error
    if _cannot_change(path):
        # In WAL mode SQLite would have to make files beside it even to read.
        address = f"{paths.address(path)}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
    else:
        connection = _writable(path, wait)
    connection.row_factory = sqlite3.Row
    packing.teach(connection)
    # Some builds of SQLite let no view call a function of the program.
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
    # Beside what was read there is a log already, mostly; a cache that a program has made, or a
    # kill has left, without one gets one on a disk where there can be one.
    if isinstance(connection, _Cache) and not logs_ahead(path) and not network(path):
        from papertriage.cache.write_ahead import log_ahead

        log_ahead(connection, path, patient=patient)


def _cannot_change(path: Path) -> bool:
    """Say whether we may not write beside the cache, and nobody who may is writing to it."""
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
    # FULL: decisions cannot be fetched again, and in WAL mode NORMAL may lose the last ones when
    # the power fails (https://sqlite.org/pragma.html#pragma_synchronous).
    connection.execute("PRAGMA synchronous = FULL")


def same_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a cache; raises CacheUnusable for one that cannot be read."""
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
        # Another process may have done it since.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == migrations.VERSION:
            return
        try:
            if new:
                migrations.create(connection)
            else:
                migrations.migrate(connection)
        except sqlite3.OperationalError as error:
            # A table that is there already, or one that is not.
            if _named(error) != "SQLITE_ERROR":
                raise
            msg = f"{path} is not what a cache of its version {version} is ({error}): {MEND}"
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
        # "Could not decode to UTF-8 column 'title' with text '…'", of Python's module.
        told = str(error).partition(" with text ")[0].lower()
        failure = CacheUnusable(f"the cache {path} is damaged ({told}): {MEND}")
    # Our own function, cache/packing.py, fails for what it cannot unpack alone.
    elif name.startswith("SQLITE_CORRUPT") or "user-defined function" in str(error):
        failure = CacheUnusable(f"the cache {path} is damaged ({error}): {MEND}")
    else:
        failure = CacheUnusable(f"the cache {path} failed: {error}")
    raise failure from error


def _named(error: sqlite3.Error) -> str:
    # What the module of Python says by itself has no name of SQLite's.
    return getattr(error, "sqlite_errorname", "")
