"""Find journal lines in the pages of a damaged file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

# https://sqlite.org/fileformat2.html#b_tree_pages; a table WITHOUT ROWID is stored as an index.
_INTERIOR, _LEAF = 0x02, 0x0A
_PAGE, _BUFFER = 4096, 2**20
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_WAL_HEAD, _FRAME_HEAD = 32, 24
# The most that a cell holds in its own page of 4,096 bytes; a journal line has 150.
_LOCAL = 1002
_WIDTHS = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_FIRST_BLOB = 12
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_COLUMNS = 7

Line = tuple[str, str, str, str, str | None, str | None, str | None]
"""A journal line, with the columns in table order."""


def carved(path: Path) -> Iterator[Line]:
    """Yield the journal lines that any page of a cache or its WAL still holds.

    A line never changes, so that old pages are as valid as new ones. Raises OSError.
    """
    # Read rather than mapped: some network file systems do not support mapping.
    with path.open("rb", buffering=_BUFFER) as file:
        head, gap = (_WAL_HEAD, _FRAME_HEAD) if file.read(4) in _WAL_MAGIC else (0, 0)
        file.seek(head)
        while page := file.read(gap + _PAGE)[gap:]:
            if page[0] in {_INTERIOR, _LEAF}:
                yield from _lines(page)


def _lines(page: bytes) -> Iterator[Line]:
    if not any(kind in page for kind in (b"decision", b"label", b"undo")):
        return
    interior = page[0] == _INTERIOR
    head = 12 if interior else 8
    for place in range(head, head + 2 * int.from_bytes(page[3:5], "big"), 2):
        cell = int.from_bytes(page[place : place + 2], "big") + 4 * interior
        try:
            line = _line(page, cell)
        except (IndexError, UnicodeDecodeError):
            continue
        if line:
            yield line


def _line(page: bytes, cell: int) -> Line | None:
    size, start = _varint(page, cell)
    if not 0 < size <= _LOCAL or start + size > len(page):
        return None
    header, place = _varint(page, start)
    value = start + header
    values: list[str | None] = []
    while place < start + header:
        kind, place = _varint(page, place)
        width = _WIDTHS.get(kind, (kind - _FIRST_BLOB) // 2)
        if kind and (kind <= _FIRST_BLOB or kind % 2 == 0):
            return None
        values.append(page[value : value + width].decode() if kind else None)
        value += width
    return _checked(values) if value == start + size else None


def _checked(values: list[str | None]) -> Line | None:
    """Return a valid journal line, or None."""
    if len(values) != _COLUMNS:
        return None
    line, at, kind, paper, topic, value, undoes = values
    if not (line and at and paper and _AT.fullmatch(at)):
        return None
    fits = {
        "decision": value in {"keep", "skip", "later"},
        "label": bool(topic) and value in {"0", "1", None},
        "undo": bool(undoes),
    }
    return (line, at, kind, paper, topic, value, undoes) if kind and fits.get(kind) else None


def _varint(page: bytes, place: int) -> tuple[int, int]:
    """Return a varint and the position after it; journal lines need no ninth byte."""
    value = 0
    for offset in range(8):
        byte = page[place + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the high bit says that another byte follows
            return value, place + offset + 1
    raise IndexError
