"""Draw one paper in full."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from papertriage.formats import detail
from papertriage.models import CachedPaper

_STYLES: dict[detail.Style, str] = {
    "title": "bold",
    "soft": "dim",
    "plain": "",
    "topic": "bold magenta",
    "for": "green",
    "against": "red",
}
_WIDEST = 100
"""The width of an abstract in columns: longer lines are hard to read."""


def _text(line: detail.Line) -> Text:
    return Text.assemble(*((words, _STYLES[style]) for style, words in line))


def draw(console: Console, paper: CachedPaper) -> None:
    """Print the paper: title, authors, facts, abstract, evidence."""
    width = min(console.width, _WIDEST)
    for line in detail.head(paper):
        console.print(_text(line), width=width, overflow="fold")
    abstract = Text(detail.abstract(paper), overflow="fold")
    console.print(Padding(abstract, (1, 0)), width=width)
    for line in detail.evidence(paper):
        console.print(_text(line), width=width, overflow="fold")
    console.print()
