"""Draw a listing of papers as a rich table, stacked on a narrow terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from papertriage.formats import cells
from papertriage.models import CachedPaper
from papertriage.text import counted, visible

_WIDE = 120
"""The width in columns from which title, authors and reasons are shown side by side."""
_SURE, _LIKELY = 0.9, 0.5


def _score(paper: CachedPaper) -> Text:
    score = cells.score(paper)
    value = float(score or 0)
    style = "bold green" if value >= _SURE else "green" if value >= _LIKELY else "dim"
    return Text(score, style=style)


def _tags(paper: CachedPaper, topic: str | None) -> Text:
    tags = cells.tags(paper, but=topic)
    return Text(f"also {tags}" if topic is not None and tags else tags, style="cyan")


def _lines(*texts: Text) -> Text:
    return Text("\n").join(text for text in texts if text)


def _table(*, wide: bool, digits: int) -> Table:
    table = Table(box=None, show_header=False, expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(justify="right", style="dim", width=digits, no_wrap=True)
    table.add_column(justify="right", width=4, no_wrap=True)
    table.add_column(style="dim", width=10, no_wrap=True)
    table.add_column(ratio=5, overflow="fold")
    if wide:
        table.add_column(ratio=3, overflow="fold")
        table.add_column(ratio=4, overflow="fold")
    return table


def _add(table: Table, number: int, paper: CachedPaper, topic: str | None, *, wide: bool) -> None:
    title = Text(cells.title(paper), style="bold")
    authors = Text(cells.short_authors(paper.paper.authors), style="dim")
    tags, why = _tags(paper, topic), Text(cells.why(paper), style="italic green")
    columns = [title, authors, _lines(why, tags)]
    if not wide:
        facts = Text(" · ", style="dim").join(fact for fact in (authors, tags) if fact)
        because = Text("because ", style="dim").append_text(why) if why else why
        columns = [_lines(title, facts, because)]
    table.add_row(str(number), _score(paper), Text(cells.day(paper)), *columns)


def _rows(
    console: Console, numbered: Iterable[tuple[int, CachedPaper]], topic: str | None, digits: int
) -> None:
    wide = console.width >= _WIDE
    table = _table(wide=wide, digits=digits)
    for number, paper in numbered:
        if table.row_count and not wide:
            table.add_row()
        _add(table, number, paper, topic, wide=wide)
    console.print(table)


def draw(
    console: Console, papers: Sequence[CachedPaper], *, grouped: bool, heading: str | None
) -> None:
    """Print the papers; if grouped, under a heading for each topic that they were picked for."""
    digits = len(str(len(papers)))
    if heading:
        console.print(Text(visible(heading, cells.TITLE), style="bold"), end="\n\n")
    if not grouped:
        _rows(console, enumerate(papers, 1), None, digits)
        return
    groups = cells.by_topic(list(papers))
    for place, (topic, numbered) in enumerate(groups.items()):
        if place:
            console.print()
        title = Text(visible(topic, 60).strip() or "no topic", style="bold magenta")
        title.append(f"  {counted(len(numbered), 'paper')}", style="not bold dim")
        console.print(Rule(title, align="left", style="dim"))
        _rows(console, numbered, topic, digits)
