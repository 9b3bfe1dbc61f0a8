"""Write a digest as markdown."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats import cells
from papertriage.formats import digest as parts
from papertriage.formats.markdown import escaped, link
from papertriage.models import CachedPaper, Digest


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
    yield f"## What else\n\n{parts.waiting(digest)}\n\n## Receipt\n\n"
    if not digest.receipts:
        yield "No feed was asked.\n"
    for receipt in digest.receipts:
        yield f"- {escaped(parts.feed(receipt))}: {escaped(parts.verdict(receipt))}\n"


def digest_text(digest: Digest) -> str:
    """Return the digest: picks by topic, each with reasons and a quote, what else, the receipt."""
    return "".join(_parts(digest))
