"""Turn papers into rows and rows into papers."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from papertriage.models import Paper

PAPER_COLUMNS = (
    "id, title, abstract, authors, published, updated, announced, version, categories,"
    " primary_category, url, pdf_url, doi, comment, code_url"
)

ROW_COLUMNS = f"{PAPER_COLUMNS}, came, day"
"""What row_of() gives, in its order."""


def marks(columns: str) -> str:
    """Return a question mark for each column."""
    return ", ".join("?" for _ in columns.split(","))


def paper_of(row: sqlite3.Row) -> Paper:
    """Return the paper in a row that holds PAPER_COLUMNS."""
    return Paper(
        id=row["id"],
        title=row["title"],
        abstract=row["abstract"],
        authors=tuple(json.loads(row["authors"])),
        published=row["published"],
        updated=row["updated"],
        announced=row["announced"],
        version=row["version"],
        categories=tuple(json.loads(row["categories"])),
        primary_category=row["primary_category"],
        url=row["url"],
        pdf_url=row["pdf_url"],
        doi=row["doi"],
        comment=row["comment"],
        code_url=row["code_url"],
    )


def row_of(paper: Paper, came: str) -> dict[str, Any]:
    """Return the columns of a paper that came into the cache at that time."""
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list_text(paper.authors),
        "published": paper.published,
        "updated": paper.updated,
        "announced": paper.announced,
        "version": paper.version,
        "categories": list_text(paper.categories),
        "primary_category": paper.primary_category,
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "doi": paper.doi,
        "comment": paper.comment,
        "code_url": paper.code_url,
        "came": came,
        "day": (paper.announced or paper.published or came)[:10],
    }


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def list_text(values: object) -> str:
    """Return compact JSON, with letters as they are: the full-text index reads this column."""
    # json.dumps() makes an encoder each time: 4 us more.
    return _ENCODER.encode(values)
