"""Write papers as BibLaTeX: UTF-8, whole dates, and the fields that biber knows for arXiv."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, references, tex
from papertriage.models import CachedPaper


def _fields(cached: CachedPaper) -> Iterator[tuple[str, str | None]]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    yield "title", tex.title(paper.title, macros=False)
    authors = (tex.author(name, macros=False) for name in paper.authors if references.plain(name))
    yield "author", " and ".join(authors)
    yield "date", "-".join(f"{part:02}" for part in references.date_parts(paper))
    if number:
        yield "eprint", tex.value(number, macros=False)
        yield "eprinttype", "arxiv"
        yield "eprintclass", tex.value(paper.primary_category, macros=False)
    yield "version", str(paper.version or "")
    yield "doi", addresses.verbatim_doi(paper)
    yield "url", addresses.web_address(paper.url)
    yield "note" if number else "annotation", tex.value(paper.comment, macros=False)
    yield "abstract", tex.value(paper.abstract, macros=False)
    tags = (tex.value(score.topic, macros=False) for score in cached.topics if score.tagged)
    yield "keywords", ", ".join(tags)


def _kind(cached: CachedPaper) -> str:
    # biblatex requires a URL, DOI or eprint for @online, and nothing for @misc; @article would need
    # the journal, which no source here provides.
    paper = cached.paper
    reachable = addresses.doi(paper) or addresses.web_address(paper.url)
    return "online" if reachable else "misc"


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one entry per paper as the papers are read."""
    for paper in papers:
        lines = [f"  {name} = {{{value}}},\n" for name, value in _fields(paper) if value]
        yield f"@{_kind(paper)}{{{references.key(paper.paper)},\n{''.join(lines)}}}\n\n"
