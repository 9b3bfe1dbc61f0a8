"""Read JSON lines in runs, and skip the runs that are in the cache."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from json import JSONDecoder
from typing import NamedTuple

import orjson

from papertriage import __version__
from papertriage.files._batching import Piece
from papertriage.files._lines import TOO_LONG, byte_lines
from papertriage.files._paper_json import DECODER, BadPaper
from papertriage.models import Sighting

# A run ends after a line whose length is a multiple of 64, so that adding, changing or removing
# lines changes only the run around them.
_END = 0x3F
_MOST_LINES = 256
_MOST_BYTES = 4_000_000

BLANK = object()
"""The value of a line of whitespace."""

Line = tuple[int, bytes | None]

Known = Callable[[int], bool]
"""Returns whether all papers of a run of lines, given by its hash, are in the cache."""


def nothing_known(_run: int) -> bool:
    """Return that no run is in the cache."""
    return False


class Run(NamedTuple):
    """Numbered lines, see byte_lines(), and their hash, which is 0 if a line is too long."""

    lines: Sequence[Line]
    hash: int


def pieces(
    stream: io.BufferedReader,
    form: str,
    known: Known,
    sighting: Callable[[object], Sighting],
    decoder: JSONDecoder = DECODER,
) -> Iterator[Piece]:
    """Yield a piece for each run; known runs are skipped. sighting converts one JSON value.

    decoder reads the lines that orjson rejects.
    """
    for run in runs(stream, form):
        if run.hash and known(run.hash):
            yield Piece(passed=sum(not (line or b"").isspace() for _, line in run.lines))
            continue
        sightings: list[Sighting] = []
        bad: list[tuple[str, BadPaper]] = []
        for number, line in run.lines:
            if line is None:
                bad.append((f"line {number}", BadPaper(TOO_LONG)))
                continue
            try:
                value = line_value(line, decoder)
                if value is not BLANK:
                    sightings.append(sighting(value))
            except BadPaper as reason:
                bad.append((f"line {number}", reason))
        yield Piece(sightings, bad, run.hash)


def line_value(line: bytes, decoder: JSONDecoder = DECODER) -> object:
    """Return the value of a line of JSON, or BLANK; raise BadPaper if it is not JSON."""
    # orjson takes half the time; the standard library also accepts invalid UTF-8, lone surrogates
    # and large integers.
    try:
        return orjson.loads(line)
    except ValueError:
        return _unusual(line.decode("utf-8", errors="replace"), decoder)


def _unusual(text: str, decoder: JSONDecoder) -> object:
    if text.isspace():
        return BLANK
    try:
        return decoder.decode(text)
    except ValueError:
        # Also raised for an integer of more than 4,300 digits.
        msg = "not JSON"
    except RecursionError:
        msg = "nested too deeply"
    raise BadPaper(msg)


def runs(stream: io.BufferedReader, form: str) -> Iterator[Run]:
    """Yield all lines, grouped into runs."""
    run: list[Line] = []
    size = 0
    for line in byte_lines(stream):
        run.append(line)
        length = len(line[1] or b"")
        size += length
        if not length & _END or len(run) >= _MOST_LINES or size >= _MOST_BYTES:
            yield _run(run, form)
            run, size = [], 0
    if run:
        yield _run(run, form)


def _run(lines: list[Line], form: str) -> Run:
    whole = [line for _, line in lines if line is not None]
    return Run(lines, run_hash(whole, form) if len(whole) == len(lines) else 0)


def run_hash(lines: list[bytes], form: str) -> int:
    """Return 64 bits of the SHA-256 of the lines, their format and our version, for SQLite.

    Another version of papertriage may read more from the same line.
    """
    # hashlib loads OpenSSL: import it on demand.
    import hashlib

    # SHA-256 takes half the time of blake2b.
    digest = hashlib.sha256(f"{form} {__version__}\n".encode() + b"".join(lines)).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
