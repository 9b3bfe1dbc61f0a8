"""Render a digest as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats import cells, page
from papertriage.formats import digest as parts
from papertriage.formats.digest_chart import chart
from papertriage.models.digest import Digest


def _parts(digest: Digest) -> Iterator[str]:
    yield f"<p>{page.text(parts.opening(digest))}</p>\n"
    for topic, picks in parts.numbered(digest).items():
        yield f"<section>\n<h2>{page.text(topic)}</h2>\n"
        for number, paper in picks:
            quote = parts.quote(paper)
            inside = f'<blockquote dir="auto">{page.text(quote)}</blockquote>\n' if quote else ""
            yield page.article(number, paper, inside=inside)
        yield "</section>\n"
    yield from _what_else(digest)
    yield "<footer>\n<h2>Receipt</h2>\n"
    if digest.feeds:
        yield "<ul>\n"
        for coverage in digest.feeds:
            line = f"{parts.feed(coverage)}: {parts.verdict(coverage)}"
            yield f"<li>{page.text(line)}</li>\n"
        yield "</ul>\n"
    else:
        yield "<p>No feed was fetched.</p>\n"
    for last in filter(None, (digest.missed, parts.marker(digest))):
        yield f"<p>{page.text(last)}</p>\n"
    yield "</footer>\n"


def _what_else(digest: Digest) -> Iterator[str]:
    yield f"<section>\n<h2>What else was new</h2>\n<p>{page.text(parts.what_else(digest))}</p>\n"
    yield chart(digest)
    for topic in digest.topics:
        yield f"<h3>{page.text(parts.what_else_of(topic))}</h3>\n"
        if topic.best:
            yield "<ul>\n"
            for other in topic.best:
                title = page.link(cells.title_of(other.title), other.url)
                yield f'<li dir="auto">{title} {cells.two_digits(other.score)}</li>\n'
            yield "</ul>\n"
    yield "</section>\n"


def body(digest: Digest) -> str:
    """Return the content below the heading, which other pages can embed."""
    return "".join(_parts(digest))


def digest_text(digest: Digest) -> str:
    """Return the digest as HTML without scripts or external resources."""
    return f"{page.opening(parts.heading(digest))}{body(digest)}{page.closing()}"
