"""Read papers from a table with commas, semicolons or tabs; find columns by their names."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from datetime import date

from papertriage.author_names import first_last
from papertriage.errors import InputError
from papertriage.files._batching import Found, batched
from papertriage.files._lines import text_lines
from papertriage.files._paper_json import BadPaper, paper_of
from papertriage.identifiers import versioned_id
from papertriage.models import Sighting
from papertriage.models.fetched import FileBatch
from papertriage.text import visible

NAME = "csv"
MAX_FIELD = 1_000_000

# For each key of schema 1 the column names in Zotero, ASReview, Scopus, Web of Science, PubMed,
# OpenAlex and Publish or Perish, reduced to lower-case letters; best first.
_COLUMNS = {
    "id": "id",
    "title": "title documenttitle articletitle papertitle primarytitle ti",
    "abstract": "abstract abstractnote notesabstract summary ab",
    "authors": "authors author authornames au",
    "published": "published publicationdate publishedonline date coverdate",
    "year": "year publicationyear pubyear yearpublished py",
    "updated": "updated",
    "announced": "announced",
    "version": "version",
    "categories": "categories category",
    "primary_category": "primarycategory primaryclass",
    "arxiv_id": "arxivid arxiv arxivnumber eprint",
    "doi": "doi doilink di",
    "url": "url link articleurl urls ee",
    "pdf_url": "pdfurl pdf pdflink",
    "comment": "comment comments",
    "code_url": "codeurl",
    "upvotes": "upvotes",
    "sources": "sources",
}
# A table with both columns was written by papertriage.
_OWN = {"came", "primarycategory"}
_DELIMITERS = ",;\t"
# arXiv categories: "cs.LG, stat.ML hep-th".
_TOKENS = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:[\s,;|]+[a-z-]+(?:\.[A-Za-z-]+)?)*")
_SCHEME = re.compile(r"[a-z]+:\S+")
_YEAR = re.compile(r"(\d{4})\.0")
_NUMBER = re.compile(r"v?([0-9]{1,18})")
_SLASHES = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
# The quote that `export --excel-safe` puts before a cell that would be a formula.
_GUARDED = re.compile("'[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_PEEK = 65_536
_LONGEST_ROW = 10_000_000
# Each unclosed quote makes us read up to 1 MB again from the next line.
_SECOND_LOOKS = 100

Columns = dict[str, int]
Rows = Iterator[tuple[int, list[str] | BadPaper]]


def batches(stream: io.BufferedReader, feed: str, day: date, today: date) -> Iterator[FileBatch]:
    """Yield batches of at most 500 papers; a row without title or with odd cells is reported.

    Raises InputError if there is no title column. Memory is constant: one row of at most 10 MB.
    """
    yield from batched(_found(stream, feed, day.isoformat(), today))


def looks_like_table(start: str, *, named: bool = False) -> bool:
    """Return whether the first line has a title column and others; with named, it is enough."""
    header = _header(start)
    return header is not None and (named or len(header[1]) > 1)


def _header(start: str) -> tuple[str, list[str]] | None:
    """Return (delimiter, column names) of the header, the line with a title column."""
    import csv

    lines = (line for line in start.lstrip("\ufeff").splitlines()[:3] if line.strip())
    # Excel puts a hint about the delimiter above the header.
    line = next((line for line in lines if not line.lower().startswith("sep=")), "")
    if len(line) > _PEEK:
        return None
    rows = []
    for delimiter in _DELIMITERS:
        try:
            (cells,) = csv.reader([line], delimiter=delimiter)
        except (csv.Error, ValueError):
            continue
        rows.append((delimiter, cells))
    titles = _COLUMNS["title"].split()
    fitting = [row for row in rows if any(_plain(name) in titles for name in row[1])]
    return max(fitting, key=lambda row: len(row[1]), default=None)


def _plain(cell: str) -> str:
    return re.sub(r"[\W\d_]", "", cell.casefold())


def table(stream: io.BufferedReader) -> tuple[list[str], Columns, Rows]:
    """Return the column names, the positions of the columns of schema 1, and the rows.

    A row has the number of its first line, and its cells or the reason why it is bad. Raises
    InputError if there is no title column.
    """
    start = stream.peek()[:_PEEK].decode("utf-8", errors="replace")
    header = _header(start)
    if header is None:
        line = visible(next(iter(start.splitlines()), ""), 100)
        msg = f'no column named "title": the first line is {line}'
        raise InputError(msg)
    delimiter, names = header
    plain = [_plain(name) for name in names]
    columns = {
        key: plain.index(name)
        for key, synonyms in _COLUMNS.items()
        if (name := next((name for name in synonyms.split() if name in plain), None))
    }
    return names, columns, _rows(_Lines(text_lines(stream)), delimiter, len(names))


def _found(stream: io.BufferedReader, feed: str, day: str, today: date) -> Iterator[Found]:
    names, columns, rows = table(stream)
    own = {_plain(name) for name in names} >= _OWN
    own_names: dict[str, str] = {}
    for number, row in rows:
        place = f"line {number}"
        try:
            if isinstance(row, BadPaper):
                raise row
            fields = {key: row[at] for key, at in columns.items() if at < len(row)}
            paper, upvotes = paper_of(_schema(fields, own=own), today, own_names)
        except BadPaper as bad:
            yield place, bad
        else:
            yield place, Sighting(paper, NAME, feed, day, upvotes=upvotes)


class _Lines:
    """Yield lines, remember those of the current row, and allow to put back all but the first."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._left = _SECOND_LOOKS
        self.row: list[str] = []
        self.size = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        self.size += len(line)
        if self.size > _LONGEST_ROW:
            msg = "too long"
            raise ValueError(msg)
        self.row.append(line)
        return line

    def begin(self) -> None:
        """Forget the lines of the last row."""
        self.row, self.size = [], 0

    def first(self) -> str:
        """Return the row's first line and put back the others, 100 times at most."""
        if self._left and len(self.row) > 1:
            self._left -= 1
            self.number -= len(self.row) - 1
            self._back.extendleft(reversed(self.row[1:]))
        return self.row[0]


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | BadPaper]]:
    """Yield (number of the row's first line, cells or why it is bad), without the header."""
    import csv

    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header = True
    while True:
        lines.begin()
        first = lines.number + 1
        row: list[str] | BadPaper
        allowed = csv.field_size_limit(MAX_FIELD)
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, ValueError):
            row = _again(lines.first(), delimiter, width) if lines.row else _odd(0, width)
        finally:
            csv.field_size_limit(allowed)
        if header:
            header = bool(row) and str(lines.row[0]).lower().startswith("sep=")
        elif isinstance(row, BadPaper):
            yield first, row
        elif any(cell.strip() for cell in row):
            fits = len(row) <= width or not any(cell.strip() for cell in row[width:])
            yield first, row if fits else _odd(len(row), width)


def _again(line: str, delimiter: str, width: int) -> list[str] | BadPaper:
    """Return the cells of one line with a misplaced quote."""
    import csv

    if len(line) > MAX_FIELD:
        return BadPaper(f"a cell is longer than {MAX_FIELD // 10**6} MB")
    try:
        (cells,) = csv.reader([line], delimiter=delimiter)
    except (csv.Error, ValueError):
        # A carriage return within the line, or no row.
        return _odd(0, width)
    return cells if len(cells) == width else _odd(len(cells), width)


def _odd(cells: int, width: int) -> BadPaper:
    return BadPaper(f"{cells} cells, but {width} in the header: is a quote missing?")


def _schema(fields: dict[str, str], *, own: bool) -> dict[str, object]:
    """Return a row's cells as an object of schema 1."""
    if own:
        fields = {key: cell[1:] if _GUARDED.match(cell) else cell for key, cell in fields.items()}
    paper: dict[str, object] = {key: cell for key, cell in fields.items() if cell.strip()}
    authors, categories = fields.get("authors", ""), fields.get("categories", "").strip()
    paper["authors"] = authors.split("; ") if own else _authors(authors)
    splitter = r"[\s,;|]+" if _TOKENS.fullmatch(categories) else ";"
    paper["categories"] = re.split(splitter, categories) if categories else []
    # An id such as "1" or "row-7" from another table is meaningless here.
    given = fields.get("id", "").strip()
    if not (own or versioned_id(given) or _SCHEME.fullmatch(given)):
        paper.pop("id", None)
    if not own:
        paper.pop("sources", None)
    for key in ("published", "year", "updated"):
        if key in paper:
            paper[key] = _date(fields[key].strip())
    for key in ("upvotes", "version"):
        number = _NUMBER.fullmatch(fields.get(key, "").strip())
        paper[key] = int(number[1]) if number else None
    return paper


def _date(cell: str) -> str:
    slashes = _SLASHES.match(cell)
    if slashes:
        return f"{slashes[1]}-{int(slashes[2]):02}-{int(slashes[3]):02}"
    # pandas writes "2026.0" in a column with gaps.
    return _YEAR.sub(r"\1", cell)


def _authors(cell: str) -> list[str]:
    """Return the names between semicolons, bars or "and"; between commas only full names."""
    for separator in (";", "|", " and "):
        if separator in cell:
            return [first_last(name.strip()) for name in cell.split(separator)]
    names = [name.strip() for name in cell.split(",")]
    return names if all(" " in name for name in names) else [first_last(cell.strip())]
