"""Locate papertriage's files, and write them privately."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from binascii import crc32
from pathlib import Path

from papertriage.errors import ConfigurationError, kind_of, reason_of

_PACKAGE = Path(__file__).parent
# The groups are the machine and the process that made the file; the endings are SQLite's.
_OURS = re.compile(
    r"\.papertriage-(?:([0-9a-f]{8})-(\d{1,10})-)?[0-9a-f]{16}\.tmp(?:-wal|-shm|-journal)?"
)
_STALE = 3600
"""Seconds after which a temporary file is what a killed process left behind."""


def _directory(kind: str) -> Path:
    return _entered(_named(kind))


def _entered(path: Path) -> Path:
    """Return a directory if it does not exist yet or can be entered; else raise."""
    try:
        os.stat(f"{path}/.")
    except FileNotFoundError:
        pass
    except OSError as error:
        msg = (
            f"cannot enter the directory {path}: {reason_of(error)}: check its permissions, or"
            " set PAPERTRIAGE_HOME to another"
        )
        raise ConfigurationError(msg) from error
    return path


def _named(kind: str) -> Path:
    home = os.environ.get("PAPERTRIAGE_HOME")
    if home:
        return _absolute(home)
    # platformdirs is slow to import, and not needed if PAPERTRIAGE_HOME is set.
    import platformdirs

    directories = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
    }
    try:
        return directories[kind]("papertriage")
    except RuntimeError as error:
        msg = "no home directory found: set PAPERTRIAGE_HOME"
        raise ConfigurationError(msg) from error


def _absolute(name: str) -> Path:
    try:
        return Path(name).absolute()
    except OSError as error:
        msg = f"{name} is relative to a directory that no longer exists: use an absolute path"
        raise ConfigurationError(msg) from error


def data_dir() -> Path:
    """Return the directory of the cache."""
    return _directory("data")


def config_dir() -> Path:
    """Return the directory of the configuration and the user's own topics."""
    return _directory("config")


def cache_path() -> Path:
    """Return the cache file: PAPERTRIAGE_CACHE (--cache sets it), else in the data directory."""
    named = os.environ.get("PAPERTRIAGE_CACHE")
    return _absolute(named) if named else data_dir() / "cache.db"


def config_path() -> Path:
    """Return the configuration file."""
    return config_dir() / "config.toml"


def topics_dir() -> Path:
    """Return the directory of the user's own topics and models."""
    return config_dir() / "topics"


def seeds_dir() -> Path:
    """Return the directory of the seeds: in the wheel, else in the checkout."""
    shipped = _PACKAGE / "seeds"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "seeds"


def private_directory(path: Path) -> Path:
    """Create a directory that only its owner can read: reading habits are private."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot create the directory {path}: {reason_of(error)}"
        raise kind_of(error, ConfigurationError)(msg) from error
    return path


def write_private(path: Path, text: str, *, durable: bool = True) -> Path:
    """Write a file atomically, readable by its owner only.

    Without durable, a power cut may lose it: for files that the next command writes again.
    """
    private_directory(path.parent)
    new = temporary_beside(path)
    try:
        # O_EXCL: do not follow a symbolic link that someone planted.
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
                now = os.fstat(file.fileno()).st_mtime
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{path}: cannot be written: {reason_of(error)}"
        raise kind_of(error, ConfigurationError)(msg) from error
    sweep(path.parent, now)
    return path


def address(path: Path) -> str:
    """Return the file: URI of a path, for SQLite.

    From Python 3.14 on, Path.as_uri() imports urllib.request, and with it ssl and email.
    """
    from urllib.parse import quote

    whole = path.absolute().as_posix()
    root = "" if whole.startswith("/") else "/"
    return f"file://{root}{quote(os.fsencode(whole), safe='/:')}"


def temporary_beside(target: Path) -> Path:
    """Return a unique name in the target's directory, which sweep() recognises."""
    return target.with_name(f".papertriage-{_machine()}-{os.getpid()}-{os.urandom(8).hex()}.tmp")


def _machine() -> str:
    if sys.platform == "win32":
        name = os.environ.get("COMPUTERNAME", "")
    else:
        name = os.uname().nodename
    return f"{crc32(os.fsencode(name)):08x}"


def sync(path: Path) -> None:
    """Flush a file or a directory to disk, so that it survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path, now: float) -> None:
    """Remove temporary files of killed processes; `now` is the time of the file system.

    Files of this machine's processes are removed once the process is gone, others after an hour.
    """
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            ours = _OURS.fullmatch(entry.name)
            if ours and _is_left(entry, now, *ours.groups()):
                _remove(Path(entry.path))


def sweep_home() -> None:
    """Remove temporary files of killed processes from papertriage's directories."""
    directories = {data_dir(), config_dir(), topics_dir(), cache_path().parent}
    for directory in directories:
        sweep(directory, time.time())


def is_ours(found: os.stat_result) -> bool:
    """Return whether a file belongs to this user; on Windows always True, the system decides."""
    return sys.platform == "win32" or found.st_uid == os.geteuid()


def _is_left(entry: os.DirEntry[str], now: float, machine: str | None, process: str | None) -> bool:
    found = entry.stat(follow_symlinks=False)
    if not is_ours(found):
        return False
    old = now - found.st_mtime > _STALE
    # On Windows os.kill() would end the process instead of testing whether it runs.
    if sys.platform == "win32" or machine != _machine() or process is None:
        return old and stat.S_ISREG(found.st_mode)
    # A directory waits an hour: an editor may still have a file in it open.
    mine = stat.S_ISREG(found.st_mode) or (stat.S_ISDIR(found.st_mode) and old)
    return mine and not _runs(int(process))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir():
            for inside in path.iterdir():
                inside.unlink()
            path.rmdir()
        else:
            path.unlink()
