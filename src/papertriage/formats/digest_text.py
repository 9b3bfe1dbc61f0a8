"""Write a digest as plain text of at most 78 columns, for a mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from papertriage.formats import cells
from papertriage.formats import digest as parts
from papertriage.models import CachedPaper
from papertriage.models.digest import Digest
from papertriage.text import visible

_WIDTH = 78


def _wrapped(text: str, first: str, rest: str) -> str:
    lines = textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
    return "\n".join(lines) + "\n"


def _pick(number: int, paper: CachedPaper) -> Iterator[str]:
    topic = paper.pick.topic if paper.pick else None
    also = cells.tags(paper, but=topic)
    facts = (
        cells.short_authors(paper.paper.authors),
        cells.day(paper),
        cells.score(paper),
        also and f"also {also}",
    )
    yield _wrapped(cells.title(paper), f"{number:>3}. ", "     ")
    yield _wrapped(" · ".join(fact for fact in facts if fact), "     ", "     ")
    why = cells.why(paper)
    if why:
        yield _wrapped(f"because {why}", "     ", "     ")
    quote = parts.quote(paper)
    if quote:
        yield _wrapped(quote, "     > ", "     > ")
    # Addresses are not wrapped, so that they can be clicked.
    yield f"     {visible(paper.paper.url or paper.paper.id)}\n\n"


def _parts(digest: Digest) -> Iterator[str]:
    title = parts.heading(digest)
    yield f"{title}\n{'=' * len(title)}\n\n{parts.opening(digest)}\n\n"
    for topic, picks in parts.numbered(digest).items():
        yield f"{topic}\n{'-' * min(len(topic), _WIDTH)}\n\n"
        for number, paper in picks:
            yield from _pick(number, paper)
    yield from _what_else(digest)
    yield "Receipt\n-------\n\n"
    for coverage in digest.feeds:
        yield _wrapped(f"{parts.feed(coverage)}: {parts.verdict(coverage)}", "", "  ")
    if not digest.feeds:
        yield "No feed was fetched.\n"
    for line in (digest.missed, parts.marker(digest)):
        if line:
            yield f"\n{_wrapped(visible(line), '', '')}"


def _what_else(digest: Digest) -> Iterator[str]:
    yield f"What else was new\n-----------------\n\n{_wrapped(parts.what_else(digest), '', '')}\n"
    for topic in digest.topics:
        yield _wrapped(parts.what_else_of(topic), "", "  ")
        for other in topic.best:
            score = cells.two_digits(other.score)
            yield _wrapped(f"{score} {cells.title_of(other.title)}", "  ", "       ")
            yield f"       {visible(other.url or other.id)}\n"
        yield "\n"


def digest_text(digest: Digest) -> str:
    """Return the digest as text."""
    return "".join(_parts(digest))
