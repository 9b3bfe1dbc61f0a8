"""Read papers from JSON lines, or from the JSON array that `--json` writes, as a stream."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import NoReturn

from papertriage.models import Sighting
from papertriage.sources._batching import Found, batched
from papertriage.sources._lines import MAX_LINE, TOO_LONG, byte_lines
from papertriage.sources._paper_json import BadPaper, paper_of
from papertriage.sources.contract import Batch

NAME = "jsonl"

_CHUNK = 65_536
_BETWEEN = re.compile(r"[\s,]*")


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def batches(stream: io.BufferedReader, feed: str, day: date, today: date) -> Iterator[Batch]:
    """Yield batches of at most 500 papers; a bad line is skipped and named, 1,000 times at most.

    Memory is constant: one batch and one line of at most 10 MB.
    """
    yield from batched(_found(stream, feed, day.isoformat(), today))


def _found(stream: io.BufferedReader, feed: str, day: str, today: date) -> Iterator[Found]:
    for place, value in _values(stream):
        if isinstance(value, BadPaper):
            yield place, value
            continue
        try:
            paper, upvotes = paper_of(value, today)
        except BadPaper as bad:
            yield place, bad
        else:
            yield place, Sighting(paper, NAME, feed, day, upvotes=upvotes)


def _values(stream: io.BufferedReader) -> Iterator[tuple[str, object]]:
    """Yield (place, value or BadPaper) for every line, or for every member of an array."""
    start = stream.peek().removeprefix(b"\xef\xbb\xbf").lstrip()
    # A line may itself be a list, which is then one bad line; an array goes on with an object.
    array = start.startswith(b"[") and start[1:].lstrip()[:1] in {b"{", b"]", b""}
    yield from _members(stream) if array else _lines(stream)


def _lines(stream: io.BufferedReader) -> Iterator[tuple[str, object]]:
    for number, line in byte_lines(stream):
        if line is None:
            yield f"line {number}", BadPaper(TOO_LONG)
            continue
        text = line.decode("utf-8", errors="replace")
        if not text.isspace():
            yield f"line {number}", _value(text)


def _value(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except ValueError:
        # Also an integer of more than 4,300 digits.
        return BadPaper("not JSON")
    except RecursionError:
        return BadPaper("nested too deeply")


def _members(stream: io.BufferedReader) -> Iterator[tuple[str, object]]:
    """Yield an array's objects one by one; after one that cannot be read the rest is unknown."""
    pieces = _decoded(stream)
    buffer = next(pieces, "")
    position = buffer.index("[") + 1
    number = 0
    while True:
        position = _BETWEEN.match(buffer, position).end()  # type: ignore[union-attr]  # matches ""
        more = next(pieces, None) if position == len(buffer) else ""
        if more is None:
            yield f"paper {number + 1}", BadPaper("the array is cut off")
            return
        if more:
            buffer, position = more, 0
            continue
        if buffer[position] == "]":
            return
        number += 1
        value, buffer, position = _member(buffer[position:], pieces)
        yield f"paper {number}", value
        if isinstance(value, BadPaper):
            return


def _member(buffer: str, pieces: Iterator[str]) -> tuple[object, str, int]:
    """Return (value or BadPaper, buffer, position after it), reading on while it is incomplete."""
    while True:
        try:
            value, position = _DECODER.raw_decode(buffer)
        except RecursionError:
            return BadPaper("nested too deeply, and the rest is not read"), "", 0
        except ValueError:
            # Twice as much at a time: an object is then tried a few times only.
            more = _at_least(len(buffer), pieces)
            if not more or len(buffer) > MAX_LINE:
                return BadPaper("not JSON, and the rest is not read"), "", 0
            buffer += more
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
