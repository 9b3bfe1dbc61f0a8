"""Read papers from a RIS file, record by record."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from papertriage.author_names import first_last
from papertriage.files._batching import Found, batched
from papertriage.files._lines import text_lines
from papertriage.files._paper_json import BadPaper, paper_of
from papertriage.identifiers import versioned_id
from papertriage.models import Paper, Sighting
from papertriage.models.fetched import FileBatch

NAME = "ris"
MAX_RECORD = 1_000_000

_LOOKS = re.compile(r"^TY {1,2}- ?[A-Z]", re.MULTILINE)
_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)")
# Some programs write only one space.
_LOOSE = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: |$)")
_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?(?!\d)")
_RECORD = tuple[int, list[str] | BadPaper]


def batches(stream: io.BufferedReader, feed: str, day: date, today: date) -> Iterator[FileBatch]:
    """Yield batches of at most 500 papers; a broken record is reported and skipped alone.

    A missing ER, unknown or repeated tags and multi-line values are accepted. Memory is constant:
    one record of at most 1 MB.
    """
    yield from batched(_found(stream, feed, day.isoformat(), today))


def looks_like_ris(start: str) -> bool:
    """Return whether a text has a line that begins a record."""
    return _LOOKS.search(start) is not None


def _found(stream: io.BufferedReader, feed: str, day: str, today: date) -> Iterator[Found]:
    for number, lines in records(stream):
        place = f"line {number}"
        try:
            paper = _paper(lines, today)
        except BadPaper as bad:
            yield place, bad
        else:
            yield place, Sighting(paper, NAME, feed, day)


def records(stream: io.BufferedReader) -> Iterator[_RECORD]:
    """Yield (number of the first line, the record's lines or why it is bad)."""
    first, size = 0, 0
    lines: list[str] = []
    tag = _TAG
    stray = False
    for number, line in enumerate(text_lines(stream), 1):
        begins = _LOOSE.match(line) if line.startswith("TY") else None
        found = tag.match(line.rstrip())
        ends = found is not None and found[1] == "ER"
        if begins or (ends and lines):
            if lines:
                yield first, lines
            lines = []
        if begins:
            tag = _TAG if _TAG.match(line) else _LOOSE
            first, size, lines, stray = number, len(line), [_strict(line)], False
        elif lines and size <= MAX_RECORD:
            size += len(line)
            lines.append(_strict(line) if found else line.strip())
        elif found and not ends and not lines and not stray:
            # All lines between an ER and the next TY are one broken record.
            stray = True
            yield number, BadPaper("no TY before it: not a record")
        stray = stray and not ends
    if lines:
        yield first, lines


def _strict(line: str) -> str:
    tag, _, value = line.partition("-")
    return f"{tag.strip()}  - {value.strip()}"


def unfolded(lines: list[str]) -> Iterator[str]:
    """Yield one line per tag: rispy would copy the value for each continuation line."""
    value: list[str] = []
    for line in lines:
        if value and _TAG.match(line):
            yield " ".join(value)
            value = []
        value.append(line)
    yield " ".join(value)


def _paper(lines: list[str] | BadPaper, today: date) -> Paper:
    if isinstance(lines, BadPaper):
        raise lines
    return paper_of(fields_of(lines), today)[0]


def fields_of(lines: list[str]) -> dict[str, object]:
    """Return a record's fields under the names of schema 1; raise BadPaper if it is not RIS."""
    if sum(map(len, lines)) > MAX_RECORD:
        msg = f"longer than {MAX_RECORD // 10**6} MB"
        raise BadPaper(msg)
    from rispy import RisParser

    try:
        # rispy would split an address at a semicolon.
        parser = RisParser(delimiter_tags_mapping={})
        (tags,) = parser.parse_lines(iter([*unfolded(lines), "ER  - "]))
    except Exception as error:
        msg = "not RIS"
        raise BadPaper(msg) from error
    return _schema(tags)


def _schema(tags: Mapping[str, Any]) -> dict[str, object]:
    """Return the tags under the names of schema 1; see config.py of rispy for its names."""
    addresses = tags.get("urls", [])
    names = [*(tags.get("authors") or tags.get("first_authors", []))]
    return {
        "title": _first(tags, "title", "primary_title", "translated_title", "short_title"),
        "abstract": _first(tags, "abstract", "notes_abstract"),
        "authors": [first_last(name) for name in names],
        "published": _published(tags),
        "arxiv_id": _arxiv_id([_first(tags, "accession_number") or "", *addresses]),
        "doi": _first(tags, "doi"),
        "url": next((url for url in addresses if url.lower().startswith("http")), None),
    }


def _first(tags: Mapping[str, Any], *names: str) -> str | None:
    return next((tags[name] for name in names if tags.get(name)), None)


def _arxiv_id(texts: list[str]) -> str | None:
    named = (text for text in texts if (versioned_id(text) or ("",))[0].startswith("arxiv:"))
    return next(named, None)


def _published(tags: Mapping[str, Any]) -> str | None:
    """Return the most precise of DA, Y1 and PY: "2026", "2026-11" or "2026-11-19"."""
    matches = [_DATE.match(tags.get(name, "")) for name in ("date", "publication_year", "year")]
    dates = [[part for part in match.groups() if part] for match in matches if match]
    best = max(dates, key=len, default=None)
    return "-".join([best[0], *(f"{int(part):02}" for part in best[1:])]) if best else None
