"""Describe one paper in full, in lines of styled words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from papertriage.formats.cells import two_digits
from papertriage.models import CachedPaper
from papertriage.text import counted, visible

Style = Literal["title", "soft", "plain", "topic", "for", "against"]
Line = tuple[tuple[Style, str], ...]
_AUTHORS = 100
_LABEL = 11


def _day(date: str | None) -> str:
    return visible((date or "")[:10])


def _facts(cached: CachedPaper) -> Iterator[tuple[str, str]]:
    paper = cached.paper
    yield "id", f"{paper.id} v{paper.version}" if paper.version else paper.id
    yield "categories", ", ".join(paper.categories)
    yield "published", _day(paper.published)
    yield "updated", _day(paper.updated)
    yield "announced", _day(paper.announced)
    yield "came", _day(cached.came)
    yield "page", paper.url or ""
    yield "pdf", paper.pdf_url or ""
    yield "doi", paper.doi or ""
    yield "comment", paper.comment or ""
    yield "sources", ", ".join(cached.sources)
    yield "upvotes", "" if cached.upvotes is None else f"{cached.upvotes:,}"
    yield "decision", cached.decision or ""
    labels = (f"{topic} {'yes' if yes else 'no'}" for topic, yes in cached.labels.items())
    yield "labels", ", ".join(labels)
    if cached.pick:
        reasons = f": {', '.join(cached.pick.reasons)}" if cached.pick.reasons else ""
        yield "pick", f"{cached.pick.rank} for {cached.pick.topic}{reasons}"


def head(cached: CachedPaper) -> Iterator[Line]:
    """Yield the lines above the abstract: title, authors and the known facts."""
    authors = cached.paper.authors
    yield (("title", visible(cached.paper.title).strip() or "(no title)"),)
    names = ", ".join(visible(name, 100) for name in authors[:_AUTHORS])
    if len(authors) > _AUTHORS:
        names += f" +{len(authors) - _AUTHORS:,}"
    if names:
        yield (("plain", names),)
    yield ()
    for label, fact in _facts(cached):
        if fact:
            yield ("soft", f"{label:<{_LABEL}}"), ("plain", visible(fact, 2_000))


def abstract(cached: CachedPaper) -> str:
    """Return the abstract as one line, or say that there is none."""
    return visible(cached.paper.abstract or "").strip() or "(no abstract)"


def evidence(cached: CachedPaper) -> Iterator[Line]:
    """Yield interest and topic scores, best first, with the terms that add up to each."""
    own = cached.interest
    learned = f" learned from {counted(own.decisions, 'decision')}" if own else ""
    scores = [("interest", own.score, learned, own.evidence)] if own else []
    for score in sorted(cached.topics, key=lambda score: -score.score):
        tagged = " tagged" if score.tagged else ""
        scores.append((score.topic, score.score, tagged, score.evidence))
    for topic, value, said, terms in scores:
        yield (
            ("topic", visible(topic, 100)),
            ("plain", f" {two_digits(value)}"),
            ("soft", said),
        )
        for term, contribution in terms:
            style: Style = "for" if contribution > 0 else "against"
            name = visible(term.replace("_", " "), 100)
            yield (style, f"  {contribution:+6.2f}"), ("plain", f"  {name}")


def plain(cached: CachedPaper) -> Iterator[str]:
    """Yield the same as plain lines of text, the abstract wrapped at 78 columns."""
    import textwrap

    def joined(line: Line) -> str:
        return "".join(words for _, words in line).rstrip() + "\n"

    yield from map(joined, head(cached))
    wrapped = textwrap.wrap(abstract(cached), 78, break_on_hyphens=False)
    yield "\n" + "\n".join(wrapped) + "\n\n"
    yield from map(joined, evidence(cached))
    yield "\n"
