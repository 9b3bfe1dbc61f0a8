"""Print papers, notes and progress, with rich on a terminal and as plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from papertriage.errors import OutputError
from papertriage.formats.output import write_output
from papertriage.models import CachedPaper
from papertriage.text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from papertriage.ranking.scoreboard import Scoreboard
    from papertriage.render.progress import Advance

_live: list[Console] = []
"""The console of the bar being drawn, if any: notes are printed through it, above the bar."""


def _is_terminal(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        return False
    try:
        return stream.isatty()
    except ValueError:
        return False


def on_terminal() -> bool:
    """Return whether standard output is a terminal that supports colours and cursor movement."""
    return _is_terminal(sys.stdout)


def stderr_on_terminal() -> bool:
    """Return whether standard error is a terminal on which progress bars are drawn."""
    return _is_terminal(sys.stderr)


@contextmanager
def _drawing() -> Iterator[Console]:
    from papertriage.render.console import console

    try:
        yield console()
        sys.stdout.flush()
    except OSError as error:
        msg = f"cannot write to the terminal: {(error.strerror or str(error)).lower()}"
        raise OutputError(msg) from error


def print_listing(
    papers: Sequence[CachedPaper], *, grouped: bool, heading: str | None = None
) -> None:
    """Print numbered papers, grouped by the topics they were picked for or in one list."""
    if not on_terminal():
        from papertriage.formats import table

        write_output(table.chunks(papers, grouped=grouped, heading=heading), None)
        return
    from papertriage.render import listing

    with _drawing() as console:
        listing.draw(console, papers, grouped=grouped, heading=heading)


def print_paper(paper: CachedPaper) -> None:
    """Print a paper in full, with the evidence for every topic."""
    if not on_terminal():
        from papertriage.formats import detail

        write_output(detail.plain(paper), None)
        return
    from papertriage.render import detail as drawn

    with _drawing() as console:
        drawn.draw(console, paper)


def print_why(paper: CachedPaper, topic: str | None) -> None:
    """Print the evidence for a paper's scores, or for the score of one topic."""
    if not on_terminal():
        from papertriage.formats import why

        write_output(why.plain(paper, topic), None)
        return
    from papertriage.render import why as drawn

    with _drawing() as console:
        drawn.draw(console, paper, topic)


def print_diff(heading: str, pairs: list[tuple[str, str]]) -> None:
    """Print what changed in each pair of an old and a new text."""
    if not on_terminal():
        from papertriage.formats import word_diff

        lines = [f"{word_diff.plain(visible(old), visible(new))}\n\n" for old, new in pairs]
        write_output([f"{visible(heading)}\n", *lines], None)
        return
    from papertriage.render import word_diff as drawn

    with _drawing() as console:
        drawn.draw(console, heading, pairs)


def print_scoreboard(board: Scoreboard) -> None:
    """Print how well past days were ranked, with a line of bars for each measure."""
    if not on_terminal():
        from papertriage.formats import scoreboard

        write_output(scoreboard.plain(board), None)
        return
    from papertriage.render import scoreboard as drawn

    with _drawing() as console:
        drawn.draw(console, board)


def note(message: str) -> None:
    """Print one line on standard error; if that is closed, do nothing."""
    line = visible(message)
    if _live:
        from rich.text import Text

        _live[-1].print(Text(line))
        return
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar on standard error if that is a terminal; yield advance(n, total=None)."""
    if not _is_terminal(sys.stderr):
        yield _silent
        return
    from papertriage.render.console import console
    from papertriage.render.progress import bar

    shown = console(stderr=True)
    with bar(shown, description, total) as advance:
        _live.append(shown)
        try:
            yield advance
        finally:
            _live.pop()


def _silent(n: int = 1, total: int | None = None) -> None:
    """Do nothing: there is no bar."""
