"""Replace a file completely or not at all, readable only by its owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

from papertriage.errors import DiskError
from papertriage.paths import sweep, sync, temporary_beside
from papertriage.signals import check

LEFT_BESIDE = ("-wal", "-shm", "-journal")
"""Suffixes of the files SQLite leaves next to a database, and reads for any file of that name."""


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Yield an empty file of mode 0600 in the target's directory, deleted after the block.

    A file that the block renamed stays. Raises DiskError.
    """
    temporary = temporary_beside(target)
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sweep(target.parent, temporary.stat().st_mtime)
    except OSError as error:
        msg = f"{target} cannot be written: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error
    try:
        yield temporary
    finally:
        for name in ("", *LEFT_BESIDE):
            temporary.with_name(temporary.name + name).unlink(missing_ok=True)


def place(temporary: Path, target: Path) -> None:
    """Rename a finished file so that it survives a power failure. Raises DiskError."""
    check()
    try:
        sync(temporary)
        temporary.replace(target)
        sync(target.parent)
    except OSError as error:
        msg = f"{target} cannot be written: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error


def need_space(directory: Path, size: int, what: str) -> None:
    """Raise DiskError if a directory's disk has too little free space."""
    try:
        free = disk_usage(directory).free
    except OSError as error:
        msg = f"{directory} cannot be written: {(error.strerror or str(error)).lower()}"
        raise DiskError(msg) from error
    if free < size:
        msg = (
            f"{what} needs {megabytes(size)} in {directory}, and only {megabytes(free)} are"
            " free: free space, then run it again"
        )
        raise DiskError(msg)


def megabytes(size: int) -> str:
    """Return "2,545.0 MB"."""
    return f"{size / 1e6:,.1f} MB"
