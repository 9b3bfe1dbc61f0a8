"""Write papers as RIS, for Zotero, EndNote and Mendeley."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, names, references
from papertriage.models import CachedPaper


def _author(name: str) -> str:
    family, given, suffix = names.taken_apart(references.plain(name))
    return ", ".join(part for part in (family, given, suffix) if part)


def _tags(cached: CachedPaper) -> Iterator[tuple[str, str | None]]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    published = references.date_parts(paper)
    # RIS has no type for preprints; UNPB is an unpublished work.
    yield "TY", "UNPB"
    yield "ID", references.key(paper)
    yield "TI", paper.title
    for name in paper.authors:
        yield "AU", _author(name)
    yield "PY", "".join(map(str, published[:1]))
    yield "DA", "/".join(f"{part:02}" for part in published)
    yield "AB", paper.abstract
    yield "DO", addresses.doi(paper)
    yield "UR", addresses.web_address(paper.url)
    for score in cached.topics:
        if score.tagged:
            yield "KW", score.topic
    yield "N1", references.remark(paper)
    if number:
        yield "AN", f"arXiv:{number}"
        yield "DB", "arXiv"
        yield "PB", "arXiv"


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one record per paper as the papers are read; each value is on one line."""
    for paper in papers:
        values = ((tag, references.plain(value)) for tag, value in _tags(paper))
        lines = [f"{tag}  - {value}\r\n" for tag, value in values if value]
        yield f"{''.join(lines)}ER  - \r\n\r\n"
