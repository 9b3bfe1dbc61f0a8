"""Explain in plain lines why a paper got its scores."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from papertriage.formats.evidence import (
    shown_interest,
    shown_scores,
    spans,
    taught,
    why_lines,
)
from papertriage.models import INTEREST, CachedPaper, TopicScore
from papertriage.text import visible


def plain(paper: CachedPaper, topic: str | None) -> Iterator[str]:
    """Yield the title, the abstract with *terms* marked, and the evidence of each topic."""
    scores = shown_scores(paper, topic)
    interest = shown_interest(paper, topic)
    marked = [*scores, interest] if interest else scores
    yield f"{visible(paper.paper.title)}\n{visible(paper.paper.id)}\n\n"
    text = visible(paper.paper.abstract or "")
    if text:
        yield "\n".join(textwrap.wrap(_marked(text, marked), 78, break_on_hyphens=False)) + "\n\n"
    else:
        yield "(no abstract: scored from the title alone)\n\n"
    for score in scores:
        tagged = "tagged" if score.tagged else "not tagged"
        yield f"{visible(score.topic)} {score.score:.3f} {tagged}, because\n"
        yield from _lines(score)
    if interest:
        yield f"{INTEREST} {interest.score:.3f} {taught(paper)}, because\n"
        yield from _lines(interest)


def _lines(score: TopicScore) -> Iterator[str]:
    for name, contribution in why_lines(score):
        yield f"  {contribution:+8.4f}  {visible(name)}\n"
    yield "\n"


def _marked(text: str, scores: list[TopicScore]) -> str:
    parts, end = [], 0
    for span in spans(text, scores):
        parts += [text[end : span.start], "*", text[span.start : span.end], "*"]
        end = span.end
    return "".join([*parts, text[end:]])
