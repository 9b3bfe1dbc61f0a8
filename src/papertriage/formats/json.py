"""Format papers as one JSON array, one paper per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats.paper_json import json_line, paper_json
from papertriage.models import CachedPaper


def chunks(papers: Iterable[CachedPaper]) -> Iterator[str]:
    """Yield the array in parts as the papers are read."""
    before = "[\n"
    for paper in papers:
        yield before + json_line(paper_json(paper))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
