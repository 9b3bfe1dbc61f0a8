"""Write a digest as plain text of at most 78 columns, for a mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from papertriage.formats import cells
from papertriage.formats import digest as parts
from papertriage.models import CachedPaper, Digest
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
    # An address is not wrapped: it could not be clicked.
    yield f"     {visible(paper.paper.url or paper.paper.id)}\n\n"


def _parts(digest: Digest) -> Iterator[str]:
    title = parts.heading(digest)
    yield f"{title}\n{'=' * len(title)}\n\n{parts.opening(digest)}\n\n"
    for topic, picks in parts.numbered(digest).items():
        yield f"{topic}\n{'-' * min(len(topic), _WIDTH)}\n\n"
        for number, paper in picks:
            yield from _pick(number, paper)
    yield f"{parts.waiting(digest)}\n\n"
    for receipt in digest.receipts:
        yield _wrapped(f"{parts.feed(receipt)}: {parts.verdict(receipt)}", "", "  ")
    if not digest.receipts:
        yield "No feed was asked.\n"


def digest_text(digest: Digest) -> str:
    """Return the digest as text."""
    return "".join(_parts(digest))
