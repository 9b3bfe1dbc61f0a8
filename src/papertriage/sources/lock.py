"""Lock fetching, so that one fetch runs at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from papertriage.errors import DiskError, FetchRunning, reason_of

_PATIENCE = 10.0


@contextmanager
def fetch_lock(
    directory: Path, *, waiting: Callable[[], None], patience: float = _PATIENCE
) -> Iterator[None]:
    """Hold the fetch lock; call waiting() once if another process holds it.

    Raises FetchRunning after patience seconds, and DiskError if the lock file cannot be written.
    The kernel releases the lock when its holder dies.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(directory / "fetch.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            lock.acquire(timeout=patience)
        except Timeout as error:
            msg = "another fetch is running: try again when it has finished"
            raise FetchRunning(msg) from error
    except OSError as error:
        msg = f"{directory / 'fetch.lock'} cannot be written: {reason_of(error)}"
        raise DiskError(msg) from error
    try:
        yield
    finally:
        lock.release()
