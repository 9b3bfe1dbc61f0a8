"""Write papers as an Atom feed (RFC 4287) for any feed reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from papertriage.formats import entries
from papertriage.formats.registry import TITLE
from papertriage.models import CachedPaper


def _element(name: str, value: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(value, quote=False)}</{name}>\n"


def _entry(paper: CachedPaper) -> str:
    published, address = entries.published(paper), entries.address(paper)
    authors = "".join(
        f"<author>{_element('name', name).strip()}</author>\n" for name in entries.authors(paper)
    )
    tags = "".join(f'<category term="{escape(tag)}"/>\n' for tag in entries.tags(paper))
    link = f'<link rel="alternate" href="{escape(address)}"/>\n' if address else ""
    content = _element("content", entries.content(paper), ' type="html"')
    return (
        f"<entry>\n{_element('id', entries.urn(paper.paper.id))}"
        f"{_element('title', entries.title(paper))}"
        f"{_element('updated', entries.came(paper))}"
        f"{_element('published', published) if published else ''}"
        f"{link}{authors}{tags}"
        f"{content}</entry>\n"
    )


def chunks(papers: Iterable[CachedPaper], *, title: str = TITLE) -> Iterator[str]:
    """Yield the feed in parts; reads all papers first, since its head has the latest date.

    An empty feed is dated 1970: the same papers always give the same bytes.
    """
    written = [(entries.came(paper), _entry(paper)) for paper in papers]
    title = entries.plain(title)
    # An entry without authors inherits the feed's (section 4.1.2); one of the two is required.
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"{_element('id', entries.urn(f'feed:{title}'))}{_element('title', title)}"
        f"{_element('updated', max((came for came, _ in written), default=entries.NEVER))}"
        "<author><name>papertriage</name></author>\n<generator>papertriage</generator>\n"
    )
    for _, entry in written:
        yield entry
    yield "</feed>\n"
