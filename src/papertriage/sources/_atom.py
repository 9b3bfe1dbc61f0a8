"""Read a page of the arXiv API, an Atom feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from papertriage.dates import utc_date
from papertriage.errors import SourceError
from papertriage.identifiers import bare_doi
from papertriage.models import Paper
from papertriage.sources import _feed
from papertriage.sources._arxiv_services import addresses, arxiv_id
from papertriage.sources._feed import field, fields
from papertriage.sources._time_limit import in_time
from papertriage.text import visible

# How the message of an Error feed begins.
REFUSED = "arXiv refused the query"


@dataclass(frozen=True, slots=True)
class AtomPage:
    """One answer: its papers, a line for each one skipped, their number, and the total."""

    papers: tuple[Paper, ...]
    skipped: tuple[str, ...]
    size: int
    total: int | None
    truncated: bool = False


@in_time
def read_page(body: bytes, today: date) -> AtomPage:
    """Return the papers of an answer; raise SourceError if it is an error or not an Atom feed.

    A bad paper is skipped and reported. A truncated or malformed answer is read paper by paper:
    complete papers are returned, the others reported.
    """
    # arXiv always sends UTF-8, whatever the XML declaration of a broken page says.
    feed = _feed.read_feed(body, _feed.ATOM)
    papers: list[Paper] = []
    skipped = list(feed.skipped)
    for number, entry in feed.entries:
        _refuse_error(entry)
        try:
            papers.append(_paper(entry, today))
        except _feed.Unusable as unusable:
            skipped.append(f"{_feed.named(number, field(entry, 'id'))}: {unusable}")
    total = _total(feed.head)
    return AtomPage(tuple(papers), tuple(skipped), feed.size, total, feed.truncated)


def _total(head: Any) -> int | None:  # noqa: ANN401 - feedparser has no types
    value = field(head, "opensearch_totalresults")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _refuse_error(entry: Any) -> None:  # noqa: ANN401 - feedparser has no types
    # Its status is 400, and was 200 before November 2025.
    if field(entry, "title") == "Error" and "/api/errors" in field(entry, "id"):
        summary = visible(field(entry, "summary"), 200)
        msg = f"{REFUSED}: {summary or 'no reason given'}"
        raise SourceError(msg)


def _paper(entry: Any, today: date) -> Paper:  # noqa: ANN401 - feedparser has no types
    found = arxiv_id(field(entry, "id"))
    if found is None:
        msg = "no arXiv id"
        raise _feed.Unusable(msg)
    paper_id, version = found
    url, pdf_url = addresses(paper_id, version)
    title, abstract = field(entry, "title"), field(entry, "summary")
    _feed.check_title(title, abstract)
    categories = tuple(dict.fromkeys(fields(entry, "tags", "term")))
    primary = next(fields({"one": [dict.get(entry, "arxiv_primary_category")]}, "one", "term"), "")
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract or None,
        authors=tuple(fields(entry, "authors", "name")),
        published=utc_date(field(entry, "published"), today),
        updated=utc_date(field(entry, "updated"), today),
        version=version,
        categories=categories,
        primary_category=primary or (categories[0] if categories else None),
        url=url,
        pdf_url=pdf_url,
        doi=bare_doi(field(entry, "arxiv_doi")),
        comment=field(entry, "arxiv_comment") or None,
    )
