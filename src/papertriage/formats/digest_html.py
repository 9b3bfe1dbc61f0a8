"""Write a digest as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator

from papertriage.formats import digest as parts
from papertriage.formats import page
from papertriage.models import Digest


def _parts(digest: Digest) -> Iterator[str]:
    yield page.opening(parts.heading(digest))
    yield f"<p>{page.text(parts.opening(digest))}</p>\n"
    for topic, picks in parts.numbered(digest).items():
        yield f"<section>\n<h2>{page.text(topic)}</h2>\n"
        for number, paper in picks:
            quote = parts.quote(paper)
            inside = f'<blockquote dir="auto">{page.text(quote)}</blockquote>\n' if quote else ""
            yield page.article(number, paper, inside=inside)
        yield "</section>\n"
    yield f"<footer>\n<h2>What else</h2>\n<p>{parts.waiting(digest)}</p>\n<h2>Receipt</h2>\n"
    if digest.receipts:
        yield "<ul>\n"
        for receipt in digest.receipts:
            line = f"{parts.feed(receipt)}: {parts.verdict(receipt)}"
            yield f"<li>{page.text(line)}</li>\n"
        yield "</ul>\n"
    else:
        yield "<p>No feed was asked.</p>\n"
    yield f"</footer>\n{page.closing()}"


def digest_text(digest: Digest) -> str:
    """Return the digest as HTML without scripts or loads."""
    return "".join(_parts(digest))
