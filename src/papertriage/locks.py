"""Lock a file, so that one process at a time changes it."""

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
    """Print nothing while waiting."""


@contextmanager
def alone(
    path: Path, *, patience: float = PATIENCE, waiting: Callable[[], None] = _silence
) -> Iterator[None]:
    """Hold the lock of a file or directory, which is a file of its name with ".lock" appended.

    If another process holds it, call waiting() once and wait; raises ConfigurationError after
    `patience` seconds. The kernel releases the lock if the process dies.
    """
    paths.private_directory(path.parent)
    try:
        descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        # Writing will fail as well, with a better message.
        yield
        return
    try:
        _acquire(descriptor, path, patience, waiting)
        yield
    finally:
        # Do not remove the lock file: another process may be waiting for it.
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, patience: float, waiting: Callable[[], None]) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    until = time.monotonic() + patience
    called = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if not called:
                waiting()
                called = True
            if time.monotonic() > until:
                msg = f"another papertriage is changing {path}: try again when it has finished"
                raise ConfigurationError(msg) from error
            time.sleep(_MOMENT)
        except OSError:
            # The file system does not support locks.
            return
        else:
            return
