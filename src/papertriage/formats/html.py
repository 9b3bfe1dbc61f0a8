"""Format papers as one self-contained HTML page with folded abstracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import page
from papertriage.models import CachedPaper


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield the page in parts as the papers are read."""
    yield page.opening("Papers")
    for number, paper in enumerate(papers, 1):
        abstract = page.text(paper.paper.abstract or "")
        folded = f'<summary>Abstract</summary><p dir="auto">{abstract}</p>'
        inside = f"<details>{folded}</details>\n" if abstract else ""
        yield page.article(number, paper, inside=inside)
    yield page.closing()
