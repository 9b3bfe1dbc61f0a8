"""Write papers as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats.paper_json import json_line, paper_json
from papertriage.models import CachedPaper


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield one line per paper as the papers are read."""
    for paper in papers:
        yield json_line(paper_json(paper)) + "\n"
