"""Let one process at a time read, change and write a file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from papertriage import paths
from papertriage.errors import ConfigurationError

PATIENCE = 10.0
_MOMENT = 0.02


def _silence() -> None:
    """Say nothing of having to wait."""


@contextmanager
def alone(
    path: Path, *, patience: float = PATIENCE, waiting: Callable[[], None] = _silence
) -> Iterator[None]:
    """Hold the lock of a file or directory: a file beside it, ".lock" behind its name.

    Whoever wants to change it waits for the lock; waiting() is called once if it is taken. The
    kernel frees it when its holder dies, however it dies. Raises ConfigurationError after patience
    seconds.
    """
    paths.private_directory(path.parent)
    try:
        descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        # What cannot be locked cannot be written either, which the writing says better.
        yield
        return
    try:
        _acquire(descriptor, path, patience, waiting)
        yield
    finally:
        # The file stays: another process may have opened it and be waiting for its lock.
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, patience: float, waiting: Callable[[], None]) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    until = time.monotonic() + patience
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if not told:
                waiting()
                told = True
            if time.monotonic() > until:
                msg = f"another papertriage is changing {path}: try again when it has finished"
                raise ConfigurationError(msg) from error
            time.sleep(_MOMENT)
        except OSError:
            # A file system without locks.
            return
        else:
            return
