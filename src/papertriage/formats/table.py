"""Format papers as plain text, three lines each, starting with the row number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import cells
from papertriage.models import CachedPaper
from papertriage.text import counted, visible

_INDENT = " " * 23


def _block(number: int, paper: CachedPaper, topic: str | None) -> str:
    lines = [f"{number:>3}  {cells.score(paper):>4}  {cells.day(paper):<10}  {cells.title(paper)}"]
    authors = cells.short_authors(paper.paper.authors)
    tags = cells.tags(paper, but=topic)
    if topic is not None and tags:
        tags = f"also {tags}"
    facts = (authors, tags, visible(paper.paper.id, 200))
    lines.append(_INDENT + " · ".join(fact for fact in facts if fact))
    why = cells.why(paper)
    if why:
        lines.append(f"{_INDENT}because {why}")
    return "\n".join(lines) + "\n"


def chunks(
    papers: Iterable[CachedPaper], *, grouped: bool = False, heading: str | None = None
) -> Iterator[str]:
    """Yield one block per paper as the papers are read; grouping by topic reads them all first.

    The number is the paper's row in the listing, which keep, skip and show accept as an id.
    """
    if heading:
        yield f"{visible(heading, cells.TITLE)}\n\n"
    if not grouped:
        for number, paper in enumerate(papers, 1):
            yield _block(number, paper, None)
        return
    before = ""
    for topic, numbered in cells.by_topic(list(papers)).items():
        name = visible(topic, 100).strip() or "no topic"
        yield f"{before}{name} ({counted(len(numbered), 'paper')})\n\n"
        for number, paper in numbered:
            yield _block(number, paper, topic)
        before = "\n"
