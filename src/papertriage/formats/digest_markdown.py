"""Write a digest as markdown."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats import cells
from papertriage.formats import digest as parts
from papertriage.formats.markdown import escaped, link
from papertriage.models import CachedPaper
from papertriage.models.digest import Digest


def _pick(number: int, paper: CachedPaper, topic: str) -> Iterator[str]:
    authors = cells.short_authors(paper.paper.authors)
    also = cells.tags(paper, but=paper.pick.topic if paper.pick else None)
    facts = (
        authors,
        cells.day(paper),
        f"{topic} {cells.score(paper)}",
        also and f"also {also}",
        paper.paper.id,
    )
    yield f"### {number}. {link(cells.title(paper), paper.paper.url)}\n\n"
    yield " · ".join(escaped(fact) for fact in facts if fact.strip()) + "\n\n"
    why = cells.why(paper)
    if why:
        yield f"because {escaped(why)}\n\n"
    quote = parts.quote(paper)
    if quote:
        yield f"> {escaped(quote)}\n\n"


def _parts(digest: Digest) -> Iterator[str]:
    yield f"# {escaped(parts.heading(digest))}\n\n{escaped(parts.opening(digest))}\n\n"
    for topic, picks in parts.numbered(digest).items():
        yield f"## {escaped(topic)}\n\n"
        for number, paper in picks:
            yield from _pick(number, paper, topic)
    yield from _what_else(digest)
    yield "## Receipt\n\n"
    if not digest.feeds:
        yield "No feed was fetched.\n"
    for coverage in digest.feeds:
        yield f"- {escaped(parts.feed(coverage))}: {escaped(parts.verdict(coverage))}\n"
    for line in (digest.missed, parts.marker(digest)):
        if line:
            yield f"\n{escaped(line)}\n"


def _what_else(digest: Digest) -> Iterator[str]:
    yield f"## What else was new\n\n{parts.what_else(digest)}\n\n"
    for topic in digest.topics:
        yield f"- {escaped(parts.what_else_of(topic))}\n"
        for other in topic.best:
            title = link(cells.title_of(other.title), other.url)
            yield f"  - {title} {cells.two_digits(other.score)}\n"
    if digest.topics:
        yield "\n"


def digest_text(digest: Digest) -> str:
    """Return the digest: picks by topic with reasons and quotes, other news, and the receipt."""
    return "".join(_parts(digest))
