"""Write papers as BibTeX, with the fields of arXiv's own export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import addresses, references, tex
from papertriage.models import CachedPaper

# The month macros that every BibTeX style defines, each with its own spelling.
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def _fields(cached: CachedPaper) -> Iterator[tuple[str, str | None]]:
    paper = cached.paper
    number = addresses.arxiv_number(paper)
    yield "title", tex.title(paper.title, macros=True)
    authors = (tex.author(name, macros=True) for name in paper.authors if references.plain(name))
    yield "author", " and ".join(authors)
    yield "year", "".join(map(str, references.date_parts(paper)[:1]))
    if number:
        yield "eprint", tex.value(number, macros=True)
        yield "archivePrefix", "arXiv"
        # Zotero only reads eprint together with eprinttype; biblatex accepts either.
        yield "eprinttype", "arxiv"
        yield "primaryClass", tex.value(paper.primary_category, macros=True)
    yield "doi", addresses.verbatim_doi(paper)
    yield "url", addresses.web_address(paper.url)
    # Bibliographies often repeat a paper's own arXiv number in a note.
    yield "note" if number else "annote", tex.value(references.remark(paper), macros=True)
    yield "abstract", tex.value(paper.abstract, macros=True)
    tags = (tex.value(score.topic, macros=True) for score in cached.topics if score.tagged)
    yield "keywords", ", ".join(tags)


def _month(cached: CachedPaper) -> str:
    month = references.date_parts(cached.paper)[1:2]
    return f"  month = {_MONTHS[month[0] - 1]},\n" if month else ""


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one entry per paper as the papers are read."""
    for paper in papers:
        lines = [f"  {name} = {{{value}}},\n" for name, value in _fields(paper) if value]
        yield f"@misc{{{references.key(paper.paper)},\n{''.join(lines)}{_month(paper)}}}\n\n"
