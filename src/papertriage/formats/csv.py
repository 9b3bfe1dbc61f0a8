"""Format papers as CSV (RFC 4180: CRLF, doubled quotes), one row per paper."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from papertriage.formats import cells
from papertriage.models import CachedPaper

COLUMNS = (
    "id",
    "title",
    "authors",
    "published",
    "updated",
    "announced",
    "version",
    "categories",
    "primary_category",
    "topic",
    "score",
    "tags",
    "decision",
    "rank",
    "reasons",
    "came",
    "sources",
    "upvotes",
    "doi",
    "url",
    "pdf_url",
    "comment",
    "abstract",
)
# https://owasp.org/www-community/attacks/CSV_Injection, plus the full-width forms that Excel folds.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Line:
    """A file for csv.writer that only keeps the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _row(cached: CachedPaper) -> tuple[object, ...]:
    paper, pick, best = cached.paper, cached.pick, cells.best(cached)
    return (
        paper.id,
        paper.title,
        "; ".join(paper.authors),
        paper.published,
        paper.updated,
        paper.announced,
        paper.version,
        " ".join(paper.categories),
        paper.primary_category,
        pick.topic if pick else best and best.topic,
        cells.score(cached),
        " ".join(score.topic for score in cached.topics if score.tagged),
        cached.decision,
        pick and pick.rank,
        "; ".join(pick.reasons) if pick else None,
        cached.came,
        " ".join(cached.sources),
        cached.upvotes,
        paper.doi,
        paper.url,
        paper.pdf_url,
        paper.comment,
        paper.abstract,
    )


def _cell(value: object, *, excel_safe: bool) -> object:
    if not isinstance(value, str):
        return value
    value = _SURROGATE.sub("\ufffd", value)
    return f"'{value}" if excel_safe and _FORMULA.match(value) else value


def chunks(papers: Iterable[CachedPaper], *, excel_safe: bool = False) -> Iterator[str]:
    """Yield the header, then one row per paper as the papers are read.

    Cells hold the exact data; with excel_safe, cells that a spreadsheet would evaluate begin with
    '.
    """
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.text
    for paper in papers:
        writer.writerow([_cell(value, excel_safe=excel_safe) for value in _row(paper)])
        yield line.text
