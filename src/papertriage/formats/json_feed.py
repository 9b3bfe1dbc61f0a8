"""Format papers as a JSON Feed (https://www.jsonfeed.org/version/1.1/), one item per line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papertriage.formats import entries
from papertriage.formats.paper_json import json_line
from papertriage.formats.registry import TITLE
from papertriage.models import CachedPaper

_VERSION = "https://jsonfeed.org/version/1.1"


def _item(paper: CachedPaper) -> dict[str, object]:
    item = {
        "id": entries.urn(paper.paper.id),
        "url": entries.address(paper),
        "title": entries.title(paper),
        "content_html": entries.content(paper),
        "date_published": entries.published(paper),
        "date_modified": entries.came(paper),
        "authors": [{"name": name} for name in entries.authors(paper)],
        "tags": entries.tags(paper),
    }
    return {name: value for name, value in item.items() if value}


def chunks(papers: Iterable[CachedPaper], *, title: str = TITLE) -> Iterator[str]:
    """Yield the feed in parts as the papers are read."""
    head = json_line({"version": _VERSION, "title": entries.plain(title)}).removesuffix("}")
    before = f'{head}, "items": [\n'
    for paper in papers:
        yield before + json_line(_item(paper))
        before = ",\n"
    yield f"{before}]}}\n" if before != ",\n" else "\n]}\n"
