"""Keep requests apart in time, over all processes of one person."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from papertriage import paths
from papertriage.errors import SourceError


@dataclass(frozen=True, slots=True)
class Pace:
    """At most one request at a time and one in `delay` seconds, counted between their starts.

    The file holds the start of the last request; it lies beside the cache, so that two fetches
    obey one limit. https://info.arxiv.org/help/api/tou.html: one request every three seconds
    and a single connection, "across all machines under your control".
    """

    file: Path
    delay: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    patience: float = 180.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn and hold it; raise SourceError if another process never ends."""
        from filelock import FileLock, Timeout

        paths.private_directory(self.file.parent)
        lock = FileLock(f"{self.file}.lock", timeout=self.patience)
        try:
            with lock:
                self._wait()
                yield
        except Timeout as error:
            msg = f"another fetch has used the connection for {self.patience:g} s: try again later"
            raise SourceError(msg) from error

    def _wait(self) -> None:
        last = self._last()
        if last is not None:
            # A clock that was set back must not make us wait for years.
            remaining = min(last + self.delay - self.clock(), self.delay)
            if remaining > 0:
                self.sleep(remaining)
        try:
            self.file.write_text(f"{self.clock():.3f}\n", encoding="ascii")
        except OSError as error:
            msg = f"cannot write {self.file}: {error.strerror or error}"
            raise SourceError(msg) from error

    def _last(self) -> float | None:
        try:
            return float(self.file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
