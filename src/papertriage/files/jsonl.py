"""Read papers from JSON lines, or from the JSON array that `--json` writes, as a stream."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date

from papertriage.files._batching import LARGE_BATCH, Found, batched, gathered
from papertriage.files._lines import MAX_LINE
from papertriage.files._paper_json import DECODER, BadPaper, paper_of
from papertriage.files._runs import Known, nothing_known, pieces
from papertriage.models import Sighting
from papertriage.models.fetched import FileBatch

NAME = "jsonl"

_CHUNK = 65_536
_BETWEEN = re.compile(r"[\s,]*")


def batches(
    stream: io.BufferedReader, feed: str, day: date, today: date, known: Known = nothing_known
) -> Iterator[FileBatch]:
    """Yield batches of at most 8,000 papers; bad lines are skipped, and up to 1,000 reported.

    Memory is constant: one batch and one run of lines, of at most 10 MB each.
    """
    seen = day.isoformat()
    names: dict[str, str] = {}

    def sighting(value: object) -> Sighting:
        paper, upvotes = paper_of(value, today, names)
        return Sighting(paper, NAME, feed, seen, None, upvotes)

    start = stream.peek().removeprefix(b"\xef\xbb\xbf").lstrip()
    # An array begins with an object; any other list is one bad line.
    if start.startswith(b"[") and start[1:].lstrip()[:1] in {b"{", b"]", b""}:
        yield from batched(_found(stream, sighting), LARGE_BATCH)
    else:
        yield from gathered(pieces(stream, NAME, known, sighting), LARGE_BATCH)


def _found(stream: io.BufferedReader, sighting: Callable[[object], Sighting]) -> Iterator[Found]:
    for number, value in _members(stream):
        try:
            if isinstance(value, BadPaper):
                raise value
            found = sighting(value)
        except BadPaper as bad:
            yield f"paper {number}", bad
        else:
            yield "", found


def _members(stream: io.BufferedReader) -> Iterator[tuple[int, object]]:
    """Yield an array's objects one by one, up to the first that cannot be read."""
    pieces = _decoded(stream)
    buffer = next(pieces, "")
    position = buffer.index("[") + 1
    number = 0
    while True:
        position = _BETWEEN.match(buffer, position).end()  # type: ignore[union-attr]  # matches ""
        more = next(pieces, None) if position == len(buffer) else ""
        if more is None:
            yield number + 1, BadPaper("the array is cut off")
            return
        if more:
            buffer, position = more, 0
            continue
        if buffer[position] == "]":
            return
        number += 1
        value, buffer, position = _member(buffer, position, pieces)
        yield number, value
        if isinstance(value, BadPaper):
            return


def _member(buffer: str, begin: int, pieces: Iterator[str]) -> tuple[object, str, int]:
    """Return (value or BadPaper, buffer, position after it), reading more while incomplete."""
    while True:
        try:
            value, position = DECODER.raw_decode(buffer, begin)
        except RecursionError:
            return BadPaper("nested too deeply; the rest was not read"), "", 0
        except ValueError:
            # Double the text each time, so that an object is tried only a few times.
            more = _at_least(len(buffer) - begin, pieces)
            if not more or len(buffer) - begin > MAX_LINE:
                return BadPaper("not JSON; the rest was not read"), "", 0
            buffer, begin = buffer[begin:] + more, 0
        else:
            return value, buffer, position


def _at_least(size: int, pieces: Iterator[str]) -> str:
    found: list[str] = []
    while size > 0 and (piece := next(pieces, "")):
        found.append(piece)
        size -= len(piece)
    return "".join(found)


def _decoded(stream: io.BufferedReader) -> Iterator[str]:
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8-sig")(errors="replace")
    while chunk := stream.read(_CHUNK):
        yield from filter(None, [decoder.decode(chunk)])
    yield from filter(None, [decoder.decode(b"", final=True)])
