"""Format papers as ids, one per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.models import CachedPaper
from papertriage.text import clean


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one line per paper as the papers are read."""
    for paper in papers:
        yield clean(paper.paper.id) + "\n"
