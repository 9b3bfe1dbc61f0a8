"""Convert papers to rows and rows to papers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from papertriage.cache.packing import packed, unpacked
from papertriage.models import BASE_RATE, NO_ABSTRACT, OTHER_TERMS, Paper

PAPER_COLUMNS = (
    "id, title, abstract, authors, published, updated, announced, version, categories,"
    " primary_category, url, pdf_url, doi, comment, code_url"
)

ROW_COLUMNS = f"{PAPER_COLUMNS}, came, day, authority"
"""The columns of row_of()'s values, in order."""

# Python's sqlite3 looks up an adapter for each None (0.25 us) and bytes (0.4 us): with title,
# abstract and authors only, a paper has eight None values. A number stands for them, since no text
# equals it.
_ABSENT = 0
_OFTEN_ABSENT = (
    "published",
    "updated",
    "announced",
    "primary_category",
    "url",
    "pdf_url",
    "doi",
    "comment",
    "code_url",
)
ROW_MARKS = ", ".join(
    f"nullif(?, {_ABSENT})" if name in _OFTEN_ABSENT else "?" for name in ROW_COLUMNS.split(", ")
)
"""Placeholders for the values of row_of()."""

CURRENT_MODEL = "(SELECT max(key) FROM interest_models)"
"""The key of the current model of interest, as SQL."""

_TEXT = {str}
_SAID_BY = "authority"
_KINDS = {str, int, tuple, type(None)}


def paper_of(row: sqlite3.Row) -> Paper:
    """Return the paper in a row with PAPER_COLUMNS; raises ValueError if it is damaged."""
    paper = Paper(
        id=row["id"],
        title=row["title"],
        abstract=unpacked(row["abstract"]),
        authors=texts_of(row["authors"]),
        published=row["published"],
        updated=row["updated"],
        announced=row["announced"],
        version=row["version"],
        categories=texts_of(row["categories"]),
        primary_category=row["primary_category"],
        url=row["url"],
        pdf_url=row["pdf_url"],
        doi=row["doi"],
        comment=row["comment"],
        code_url=row["code_url"],
    )
    if not _KINDS.issuperset(map(type, paper)):
        msg = f"{paper.id!r} holds a blob or a float instead of text"
        raise ValueError(msg)
    return paper


def texts_of(text: str) -> tuple[str, ...]:
    """Return the strings of a JSON array; raises ValueError for anything else."""
    found = json.loads(text)
    if type(found) is not list or not _TEXT.issuperset(map(type, found)):
        msg = f"{text[:80]!r} is not a JSON array of strings"
        raise ValueError(msg)
    return tuple(found)


def row_of(paper: Paper, came: str, by: int | None) -> tuple[Any, ...]:
    """Return the values of ROW_MARKS for a paper that was added at that time.

    by holds its authorities, encoded as in merging.AttributedPaper.
    """
    abstract = packed(paper.abstract)
    return (
        paper.id,
        paper.title,
        bytearray(abstract) if isinstance(abstract, bytes) else abstract,
        names_text(paper.authors),
        _ABSENT if paper.published is None else paper.published,
        _ABSENT if paper.updated is None else paper.updated,
        _ABSENT if paper.announced is None else paper.announced,
        paper.version,
        _categories_text(paper.categories),
        _ABSENT if paper.primary_category is None else paper.primary_category,
        _ABSENT if paper.url is None else paper.url,
        _ABSENT if paper.pdf_url is None else paper.pdf_url,
        _ABSENT if paper.doi is None else paper.doi,
        _ABSENT if paper.comment is None else paper.comment,
        _ABSENT if paper.code_url is None else paper.code_url,
        came,
        (paper.announced or paper.published or came)[:10],
        by,
    )


def names_text(names: Sequence[str]) -> str:
    """Return a JSON array as list_text() does, at a third of its cost for a few names."""
    return f"[{','.join(map(encode_basestring, names))}]" if names else "[]"


# There are few combinations of categories.
_categories_text = lru_cache(maxsize=4_096)(names_text)


# Part of all evidence, so stored as a number: saves 0.1 GB for 1,000,000 papers with four topics.
# Terms are strings.
_PARTS = (OTHER_TERMS, NO_ABSTRACT, BASE_RATE)
_NUMBERS = {name: str(number) for number, name in enumerate(_PARTS)}


def evidence_text(evidence: Iterable[tuple[str, float]]) -> str:
    """Return [term, contribution] pairs as list_text() does, at half of its cost."""
    pairs = [
        f"[{_NUMBERS.get(term) or encode_basestring(term)},{value!r}]" for term, value in evidence
    ]
    return f"[{','.join(pairs)}]"


def evidence_of(text: str) -> tuple[tuple[str, float], ...]:
    """Return the pairs that evidence_text() wrote."""
    return tuple(
        [
            (term if isinstance(term, str) else _PARTS[term], value)
            for term, value in json.loads(text)
        ]
    )


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def list_text(values: object) -> str:
    """Return compact JSON with unescaped letters: the full-text index reads this column."""
    # json.dumps() creates an encoder each time: 4 us more.
    return _ENCODER.encode(values)


def paper_text(paper: Paper, by: int) -> str:
    """Return a paper as JSON, with the authorities of its fields."""
    return list_text({**paper._asdict(), _SAID_BY: by})


def paper_from_text(text: str) -> tuple[Paper, int | None]:
    """Return what paper_text() wrote; earlier texts lack the authorities."""
    fields = json.loads(text)
    by = fields.pop(_SAID_BY, None)
    lists = {name: tuple(fields[name]) for name in ("authors", "categories")}
    return Paper(**{**fields, **lists}), by
