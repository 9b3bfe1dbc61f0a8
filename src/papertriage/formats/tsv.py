"""Write papers as tab-separated lines without a header, for fzf, cut and awk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import cells
from papertriage.models import CachedPaper
from papertriage.text import visible


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one line per paper: id, score, date, title, authors, tags, address; none has a tab."""
    for cached in papers:
        paper = cached.paper
        values = (
            paper.id,
            cells.score(cached),
            cells.day(cached),
            paper.title,
            ", ".join(paper.authors),
            cells.tags(cached),
            paper.url or "",
        )
        yield "\t".join(visible(value) for value in values) + "\n"
