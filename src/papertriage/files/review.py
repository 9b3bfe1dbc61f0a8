"""Read a finished review: a table or RIS file with a title, an abstract and a label per row."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from papertriage.errors import InputError
from papertriage.files import csv, ris
from papertriage.files._paper_json import BadPaper
from papertriage.files.reading import readable
from papertriage.text import visible
from papertriage.topics.labelled import Text

_LABELS = {
    **dict.fromkeys(("1", "1.0", "true", "t", "yes", "y"), True),
    **dict.fromkeys(("0", "0.0", "false", "f", "no", "n"), False),
}
# The note that ASReview puts into RIS (asreview 3.0, data/ris.py).
_NOTE = re.compile(r"ASReview_(ir)?relevant\b")
_PEEK = 65_536

# The number of a row's first line, its text, and its label as written.
_Row = tuple[int, Text, str]


@dataclass(frozen=True, slots=True)
class Review:
    """The rows of a review, including blank ones, and whether each is relevant."""

    texts: tuple[Text, ...]
    relevant: tuple[bool, ...]


def read_review(path: str, label: str) -> Review:
    """Read a file ("-" is standard input) with the labels in one column.

    In RIS the column is a tag, such as N1, or the name before a colon in a note; ASReview's own
    notes are found under any name. Raises InputError, one line with the file's name.
    """
    with readable(path) as stream:
        start = stream.peek()[:_PEEK].decode("utf-8", errors="replace")
        if not start.strip("\ufeff \t\r\n"):
            msg = "the file is empty: nothing to replay"
            raise InputError(msg)
        is_ris = not csv.looks_like_table(start) and ris.looks_like_ris(start)
        rows = [*(_records(stream, label) if is_ris else _rows(stream, label))]
        if not rows:
            msg = "no rows below the header: nothing to replay"
            raise InputError(msg)
        relevant = tuple(_label(number, cell, label) for number, _, cell in rows)
        return Review(tuple(text for _, text, _ in rows), relevant)


def _rows(stream: io.BufferedReader, label: str) -> Iterator[_Row]:
    names, columns, rows = csv.table(stream)
    at = _column([name.removeprefix("\ufeff") for name in names], label)
    for number, row in rows:
        if isinstance(row, BadPaper):
            raise _broken(number, row)
        cells = {key: row[place] for key, place in columns.items() if place < len(row)}
        yield number, _text(cells), row[at] if at < len(row) else ""


def _column(names: list[str], label: str) -> int:
    for spelled in (str, str.casefold):
        wanted = spelled(label.strip())
        found = [place for place, name in enumerate(names) if spelled(name.strip()) == wanted]
        if found:
            return found[0]
    raise InputError(_unknown(label, names))


def _unknown(label: str, names: list[str]) -> str:
    known = ", ".join(visible(name, 40) for name in names)
    return f"no column {visible(label, 40)!r}: available are {visible(known, 400)}"


def _records(stream: io.BufferedReader, label: str) -> Iterator[_Row]:
    tags: dict[str, None] = {}
    missing: list[int] = []
    found = False
    for number, lines in ris.records(stream):
        if isinstance(lines, BadPaper):
            raise _broken(number, lines)
        try:
            fields = ris.fields_of(lines)
        except BadPaper as bad:
            raise _broken(number, bad) from bad
        values = [_tagged(line) for line in ris.unfolded(lines)]
        tags.update(dict.fromkeys(tag for tag, _ in values))
        cell = _noted(values, label)
        found = found or cell is not None
        if cell is None:
            missing.append(number)
        yield number, _text(fields), cell or ""
    if missing and not found:
        raise InputError(_unknown(label, list(tags)))


def _broken(number: int, bad: BadPaper) -> InputError:
    return InputError(f"line {number}: {bad}")


def _tagged(line: str) -> tuple[str, str]:
    tag, _, value = line.partition("-")
    return tag.strip(), value.strip()


def _noted(values: list[tuple[str, str]], label: str) -> str | None:
    """Return the label in a record's tags and values, None if there is none."""
    wanted = label.strip().casefold()
    for tag, value in values:
        name, _, rest = value.partition(":")
        note = _NOTE.search(value)
        if note and (tag.casefold() == wanted or tag == "N1"):
            return "0" if note[1] else "1"
        if tag.casefold() == wanted and _plain(value) in _LABELS:
            return value
        if name.strip().casefold() == wanted and rest:
            return rest
    return None


def _text(fields: dict[str, str] | dict[str, object]) -> Text:
    title, abstract = fields.get("title"), fields.get("abstract")
    return Text(str(title or ""), str(abstract) if abstract else None)


def _plain(cell: str) -> str:
    return cell.strip().casefold()


def _label(number: int, cell: str, label: str) -> bool:
    known = _LABELS.get(_plain(cell))
    if known is None:
        written = f"{visible(cell, 40)!r} is neither 1 nor 0" if cell.strip() else "is blank"
        msg = f"line {number}: {visible(label, 40)} {written}: every row of a review needs a label"
        raise InputError(msg)
    return known
