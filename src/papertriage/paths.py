"""Say where every file of papertriage lives."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path

from papertriage.errors import ConfigurationError

_PACKAGE = Path(__file__).parent
_OURS = r"\.papertriage-[0-9a-f]{16}\.tmp(-wal|-shm|-journal)?"
_STALE = 3600
"""Seconds after which a temporary file is what a killed process left behind."""


def _directory(kind: str) -> Path:
    home = os.environ.get("PAPERTRIAGE_HOME")
    if home:
        return Path(home).absolute()
    # platformdirs costs 6 ms of CPU: only where no home is named.
    import platformdirs

    directories = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
    }
    try:
        return directories[kind]("papertriage")
    except RuntimeError as error:
        msg = "there is no home directory to keep papers in: set PAPERTRIAGE_HOME"
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
    return Path(named).absolute() if named else data_dir() / "cache.db"


def config_path() -> Path:
    """Return the configuration file."""
    return config_dir() / "config.toml"


def topics_dir() -> Path:
    """Return the directory of the user's own topics and models."""
    return config_dir() / "topics"


def seeds_dir() -> Path:
    """Return the directory that a fresh cache starts from: in the wheel, else in the checkout."""
    shipped = _PACKAGE / "seeds"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "seeds"


def private_directory(path: Path) -> Path:
    """Create a directory that only its owner can read, for what the reader reads is private."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot create the directory {path}: {error.strerror or error}"
        raise ConfigurationError(msg) from error
    return path


def write_private(path: Path, text: str) -> Path:
    """Write a file of the user's own, whole or not at all, readable by its owner only."""
    private_directory(path.parent)
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        msg = f"{path}: cannot be written: {error.strerror or error}"
        raise ConfigurationError(msg) from error
    return path


def address(path: Path) -> str:
    """Return the file: address of a path, as SQLite takes it.

    From Python 3.14 on Path.as_uri() imports urllib.request for it, with ssl and email.
    """
    from urllib.parse import quote

    whole = path.absolute().as_posix()
    root = "" if whole.startswith("/") else "/"
    return f"file://{root}{quote(os.fsencode(whole), safe='/:')}"


def temporary_beside(target: Path) -> Path:
    """Return a name in the target's directory that nobody else takes."""
    return target.with_name(f".papertriage-{os.urandom(8).hex()}.tmp")


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a directory, outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path, now: float) -> None:
    """Remove what killed processes left; now is the file system's own time, not this machine's."""
    with contextlib.suppress(OSError):
        for path in directory.glob(".papertriage-*.tmp*"):
            old = now - path.lstat().st_mtime > _STALE
            if old and re.fullmatch(_OURS, path.name) and stat.S_ISREG(path.lstat().st_mode):
                path.unlink()
