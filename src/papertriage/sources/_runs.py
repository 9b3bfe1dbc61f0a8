"""Read lines in runs, and pass over the runs that are in the cache."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from papertriage import __version__
from papertriage.sources._lines import byte_lines

Known = Callable[[int], bool]
"""Says whether all papers of a run, by its hash, are in the cache."""


def nothing_known(_run: int) -> bool:
    """Say of every run that it is new."""
    return False


# A run ends after a line whose length is a multiple of 64, wherever it stands in the file: lines
# that were added, changed or removed spoil their own run and no other.
_END = 0x3F
_MOST_LINES = 256
_MOST_BYTES = 4_000_000


class Run(NamedTuple):
    """The end of a run: its hash, and how many papers were passed over because they are known.

    hash is 0 for lines that no run can be made of; passed is 0 where the lines came before this.
    """

    hash: int
    passed: int = 0


Line = tuple[int, bytes | None]


def new_lines(stream: io.BufferedReader, form: str, known: Known) -> Iterator[Line | Run]:
    """Yield the lines of runs that are not known, each run's end after it; see byte_lines()."""
    run: list[Line] = []
    size = 0
    for line in byte_lines(stream):
        run.append(line)
        size += len(line[1] or b"")
        if len(line[1] or b"") & _END and len(run) < _MOST_LINES and size < _MOST_BYTES:
            continue
        yield from _unless_known(run, form, known)
        run, size = [], 0
    if run:
        yield from _unless_known(run, form, known)


def _unless_known(run: list[Line], form: str, known: Known) -> Iterator[Line | Run]:
    lines = [line for _, line in run if line is not None]
    number = run_hash(lines, form) if len(lines) == len(run) else 0
    if number and known(number):
        yield Run(0, sum(not line.isspace() for line in lines))
        return
    yield from run
    yield Run(number)


def run_hash(lines: list[bytes], form: str) -> int:
    """Return 64 bits of SHA-256 as SQLite's signed integer, of the lines and who reads them.

    Another version of papertriage may read more from the same line.
    """
    # hashlib loads OpenSSL, 3 ms of CPU.
    import hashlib

    # 1.4 us for a line of 1.4 KB in runs of 64; blake2b took 3.
    digest = hashlib.sha256(f"{form} {__version__}\n".encode() + b"".join(lines)).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
