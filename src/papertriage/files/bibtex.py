"""Read papers from a BibTeX or BibLaTeX file, entry by entry."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from papertriage.author_names import first_last
from papertriage.files._batching import Found, batched
from papertriage.files._bibtex_values import MONTHS, value_of
from papertriage.files._lines import text_lines
from papertriage.files._paper_json import BadPaper, paper_of
from papertriage.models import Sighting
from papertriage.models.fetched import FileBatch
from papertriage.tex import unicode_text

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

NAME = "bibtex"
MAX_ENTRY = 1_000_000

_START = re.compile(r"\s*@\s*[a-z]+\s*[{(]", re.IGNORECASE)
_NOT_PAPERS = re.compile(r"\s*@\s*(?:comment|preamble)\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"^[ \t]*@\s*[a-z]+\s*[{(]\s*+[^\s,{}()=]*+\s*[,=]", re.IGNORECASE | re.MULTILINE
)
_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}]{1,100})")
_ARXIV = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf)/|[:./\s]\s*(?:abs/)?)([a-z.-]{1,30}/\d{7}|\d{4}\.\d{4,5})(v\d+)?",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([%&#_$~^{}])")
_LONGEST_MACRO = 1_000
_WAITING = 10_000
_PARENTS = 100_000

_Fields = dict[str, str]


def batches(stream: io.BufferedReader, feed: str, day: date, today: date) -> Iterator[FileBatch]:
    """Yield batches of at most 500 papers; a broken entry is reported and skipped alone.

    TeX accents become Unicode, mathematics is kept; @string macros are expanded, and an entry with
    crossref takes its year from its parent. Memory is constant: one entry of at most 1 MB.
    """
    yield from batched(_found(stream, feed, day.isoformat(), today))


def looks_like_bibtex(start: str) -> bool:
    """Return whether a text has an entry at the beginning of a line."""
    return _LOOKS.search(start) is not None


def _found(stream: io.BufferedReader, feed: str, day: str, today: date) -> Iterator[Found]:
    for place, fields in _whole(_entries(stream)):
        try:
            if isinstance(fields, BadPaper):
                raise fields
            yield place, Sighting(paper_of(_schema(fields), today)[0], NAME, feed, day)
        except BadPaper as bad:
            yield place, bad


def _whole(
    entries: Iterator[tuple[str, str, _Fields | BadPaper]],
) -> Iterator[tuple[str, _Fields | BadPaper]]:
    """Yield all entries with their parents' dates; in BibTeX a parent follows its children."""
    parents: dict[str, _Fields] = {}
    waiting: list[tuple[str, _Fields]] = []
    for place, key, fields in entries:
        if isinstance(fields, BadPaper):
            yield place, fields
            continue
        if len(parents) < _PARENTS:
            parents[key.lower()] = {
                name: fields[name] for name in ("date", "year", "month") if name in fields
            }
        if "crossref" in fields and not {"date", "year"} & fields.keys():
            waiting.append((place, fields))
        else:
            yield place, fields
        if len(waiting) > _WAITING:
            yield from _with_dates(waiting, parents)
            waiting = []
    yield from _with_dates(waiting, parents)


def _with_dates(
    children: list[tuple[str, _Fields]], parents: Mapping[str, _Fields]
) -> Iterator[tuple[str, _Fields]]:
    for place, fields in children:
        yield place, fields | parents.get(fields["crossref"].lower(), {})


def _entries(stream: io.BufferedReader) -> Iterator[tuple[str, str, _Fields | BadPaper]]:
    """Yield (place, key, fields or BadPaper) of every entry."""
    import logging

    from bibtexparser.model import Entry, ParsingFailedBlock, String

    # What it warns of is named in the receipt.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    macros: dict[str, str] = {}
    for number, text in _pieces(stream):
        for block in _blocks(text):
            line = f"line {number + max(block.start_line or 0, 0)}"
            entry = getattr(block, "ignore_error_block", None) or block
            try:
                if isinstance(entry, String):
                    meaning = value_of(str(entry.value), macros)
                    # What is longer would be copied into every entry that names it.
                    if len(meaning) <= _LONGEST_MACRO:
                        macros[entry.key.lower()] = meaning
                elif isinstance(entry, Entry):
                    yield f"{line}: {entry.key[:100]}", entry.key, _fields(entry, macros)
                elif isinstance(block, ParsingFailedBlock):
                    yield from _broken(block, line)
            except ValueError:
                yield from _broken(block, line)


def _broken(block: Block, line: str) -> Iterator[tuple[str, str, BadPaper]]:
    raw = block.raw or ""
    key = _KEY.match(raw)
    if not _NOT_PAPERS.match(raw):
        reason = BadPaper("not BibTeX: a brace, quote or comma is missing")
        yield f"{line}: {key[1]}" if key else line, "", reason


def _fields(entry: Entry, macros: Mapping[str, str]) -> _Fields:
    fields: _Fields = {}
    for field in entry.fields:
        # BibTeX takes the first of two.
        fields.setdefault(field.key.lower(), value_of(str(field.value), macros))
    return fields


def _blocks(text: str) -> list[Block]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import ParsingFailedBlock

    if len(text) > MAX_ENTRY:
        return [ParsingFailedBlock(ValueError("too long"), 0, text[:200])]
    try:
        # Keep values raw: the library's middleware does not support a # b.
        return parse_string(text, parse_stack=[]).blocks
    except Exception as error:  # noqa: BLE001 - any failure affects one entry
        return [ParsingFailedBlock(error, 0, text[:200])]


def _pieces(stream: io.BufferedReader) -> Iterator[tuple[int, str]]:
    """Yield (first line's number, text) from each line that begins an entry to the next.

    The parser also restarts at such a line, and one entry at a time takes little memory. An entry
    is cut off once it is too long.
    """
    first, size = 1, 0
    lines: list[str] = []
    for number, line in enumerate(text_lines(stream), 1):
        if _START.match(line):
            if lines:
                yield first, "".join(lines)
            first, size, lines = number, 0, []
        if size <= MAX_ENTRY:
            lines.append(line)
            size += len(line)
    if lines:
        yield first, "".join(lines)


def _schema(fields: _Fields) -> dict[str, object]:
    """Return the fields under the names of schema 1."""
    # biblatex calls it eprintclass.
    category = fields.get("primaryclass") or fields.get("eprintclass")
    return {
        "title": unicode_text(fields.get("title", "")),
        "abstract": unicode_text(fields.get("abstract", "")),
        "authors": _authors(fields.get("author", "")),
        "published": _published(fields),
        "categories": [category] if category else [],
        "arxiv_id": _arxiv_id(fields),
        "doi": _verbatim(fields.get("doi", "")),
        "url": _verbatim(fields.get("url", "")),
    }


def _authors(text: str) -> list[str]:
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    names = []
    for person in split_multiple_persons_names(text):
        try:
            parts = parse_single_name_into_parts(person, strict=False)
            name = " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
        except ValueError:
            name = first_last(person)
        if name and name != "others":
            names.append(unicode_text(name))
    return names


def _published(fields: _Fields) -> str | None:
    """Return the date as precisely as known: "2026", "2026-11" or "2026-11-19"."""
    if fields.get("date"):
        # Take the beginning of a range.
        return fields["date"].split("/")[0].strip()
    year = re.search(r"\d{4}", fields.get("year", ""))
    if year is None:
        return None
    text = fields.get("month", "").strip().lower()
    named = next((n for n, name in enumerate(MONTHS, 1) if name in text), 0)
    numbers = [int(number) for number in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)]
    month = named or (numbers.pop(0) if numbers else 0)
    if not 1 <= month <= len(MONTHS):
        return year[0]
    day = f"-{numbers[0]:02}" if named and numbers else ""
    return f"{year[0]}-{month:02}{day}"


def _arxiv_id(fields: _Fields) -> str | None:
    kind = fields.get("eprinttype") or fields.get("archiveprefix") or "arxiv"
    if fields.get("eprint") and kind.lower() == "arxiv":
        return fields["eprint"]
    # "arXiv preprint arXiv:2611.01234", and DBLP's "abs/2611.01234" in the volume of CoRR.
    if fields.get("journal", "").lower() == "corr":
        return fields.get("volume", "").removeprefix("abs/")
    texts = (fields.get(name, "") for name in ("journal", "note", "howpublished"))
    found = next(filter(None, map(_ARXIV.search, texts)), None)
    return found[1] + (found[2] or "") if found else None


def _verbatim(text: str) -> str:
    return _ESCAPED.sub(r"\1", text.removeprefix("\\url")).strip("{} \n")
