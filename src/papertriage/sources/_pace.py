"""Space requests over time, across all processes of one user."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from papertriage import paths
from papertriage.errors import SourceError

# A server's long pause or a clock set back must not stop us for days.
_LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class RequestPace:
    """At most one request at a time and one in `delay` seconds, counted between their starts.

    The file holds the start of the last request; it is next to the cache, so that two fetches share
    one limit. https://info.arxiv.org/help/api/tou.html: one request every three seconds and a
    single connection, "across all machines under your control". overrun are the statuses that mean
    too many requests.
    """

    file: Path
    delay: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    patience: float = 180.0
    overrun: frozenset[int] = frozenset({429})

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn and hold it; raise SourceError if another process keeps it too long."""
        from filelock import FileLock, Timeout

        paths.private_directory(self.file.parent)
        lock = FileLock(f"{self.file}.lock", timeout=self.patience)
        try:
            with lock:
                self._wait()
                yield
        except Timeout as error:
            msg = (
                f"another fetch has been sending requests for {self.patience:g} s: try again later"
            )
            raise SourceError(msg) from error

    def pause(self, seconds: float) -> float:
        """Make all requests fail for some seconds, an hour at most; return how long."""
        seconds = min(seconds, _LONGEST_PAUSE)
        self._write(self._pause_file, self.clock() + seconds)
        return seconds

    def remaining(self) -> float:
        """Return how many seconds the next turn must wait."""
        last = _seconds(self.file)
        # A clock that was set back must not make us wait for years.
        return 0.0 if last is None else min(last + self.delay - self.clock(), self.delay)

    @property
    def _pause_file(self) -> Path:
        return self.file.with_name(f"{self.file.name}.not-before")

    def _refuse_while_paused(self) -> None:
        end = _seconds(self._pause_file)
        if end is not None and 0 < end - self.clock() <= _LONGEST_PAUSE:
            # Rounded up to a full minute.
            moment = datetime.fromtimestamp(end + 60, UTC)
            msg = f"the server asked for a pause: try again after {moment:%Y-%m-%d %H:%M} UTC"
            raise SourceError(msg)

    def _wait(self) -> None:
        self._refuse_while_paused()
        remaining = self.remaining()
        if remaining > 0:
            self.sleep(remaining)
        self._write(self.file, self.clock())

    def _write(self, file: Path, seconds: float) -> None:
        try:
            file.write_text(f"{seconds:.3f}\n", encoding="ascii")
        except OSError as error:
            msg = f"cannot write {file}: {error.strerror or error}"
            raise SourceError(msg) from error


def _seconds(file: Path) -> float | None:
    try:
        return float(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
