"""Draw why a paper got its scores, with the terms highlighted in the abstract."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from papertriage.formats.evidence import shown_interest, shown_scores, spans, taught, why_lines
from papertriage.models import CachedPaper, TopicScore
from papertriage.text import visible

_WIDEST = 100


def draw(console: Console, paper: CachedPaper, topic: str | None) -> None:
    """Print title, highlighted abstract, and for each topic the contributions and their sum."""
    width = min(console.width, _WIDEST)
    scores, interest = shown_scores(paper, topic), shown_interest(paper, topic)
    marked = [*scores, interest] if interest else scores
    console.print(Text(visible(paper.paper.title), "bold"), width=width)
    console.print(Text(visible(paper.paper.id), "dim"), width=width)
    console.print(Padding(highlighted(paper, marked), (1, 0)), width=width)
    for score in scores:
        _score(console, score, "tagged" if score.tagged else "not tagged", width)
    if interest:
        _score(console, interest, taught(paper), width)


def _score(console: Console, score: TopicScore, said: str, width: int) -> None:
    head = Text(visible(score.topic), "bold magenta")
    head.append(f" {score.score:.3f}", "default")
    head.append(f" {said}", "dim")
    console.print(head)
    for name, contribution in why_lines(score):
        bar = "█" * min(24, round(abs(contribution) * 4))
        line = Text(f"  {contribution:+8.4f}  ", _style(contribution))
        line.append(f"{visible(name):<32.32}", "default")
        line.append(f" {bar}", _style(contribution))
        console.print(line, width=width, overflow="crop", no_wrap=True)
    console.print()


def highlighted(paper: CachedPaper, scores: Sequence[TopicScore]) -> Text:
    """Return the abstract with the terms of the scores' evidence highlighted."""
    words = visible(paper.paper.abstract or "") or "(no abstract: scored from the title alone)"
    abstract = Text(words, overflow="fold")
    for span in spans(words, scores):
        abstract.stylize(_style(span.contribution), span.start, span.end)
    return abstract


def _style(contribution: float) -> str:
    return "bold green" if contribution > 0 else "red"
