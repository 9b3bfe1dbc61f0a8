"""Write papers as RIS, for Zotero, EndNote and Mendeley."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, names
from papertriage.models import CachedPaper
from papertriage.text import clean


def _author(name: str) -> str:
    return ", ".join(part for part in names.family_given(clean(name)) if part)


def _tags(cached: CachedPaper) -> Iterator[tuple[str, str | None]]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    published = (paper.published or paper.announced or "")[:10]
    # No RIS type means preprint; UNPB is the unpublished work.
    yield "TY", "UNPB"
    yield "TI", paper.title
    for name in paper.authors:
        yield "AU", _author(name)
    yield "PY", published[:4]
    yield "DA", published.replace("-", "/")
    yield "AB", paper.abstract
    yield "DO", addresses.doi(paper)
    yield "UR", addresses.web_address(paper.url)
    for score in cached.topics:
        if score.tagged:
            yield "KW", score.topic
    if number:
        yield "AN", f"arXiv:{number}"
        yield "DB", "arXiv"
        yield "PB", "arXiv"


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield a record a paper as the papers are read; a value is one line whatever it held."""
    for paper in papers:
        values = ((tag, clean(value or "")) for tag, value in _tags(paper))
        lines = [f"{tag}  - {value}\r\n" for tag, value in values if value]
        yield f"{''.join(lines)}ER  - \r\n\r\n"
