"""Show what new tags would change, ask, and put them in place."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.errors import InputError
from papertriage.models import CachedPaper
from papertriage.render.terminal import note, progress
from papertriage.topics.model import Model
from papertriage.triage.retagging import Change, preview, save

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Save without asking.")]


def accepted(
    connection: sqlite3.Connection,
    proposed: Sequence[Model],
    *,
    yes: bool,
    keep: Callable[[], None],
) -> bool:
    """Preview the change, ask (--yes answers), and then keep the files and save the tags."""
    day = clock.local_day(clock.now())
    limit = int(config.number("picks.limit"))
    with progress("tagging the cache") as advance:
        change = preview(connection, proposed, day, limit, advance)
    _tell(change)
    if not yes and not _asked():
        note("nothing was saved")
        return False
    keep()
    save(connection, proposed)
    return True


def _tell(change: Change) -> None:
    for name, (before, after) in change.topics.items():
        note(f"{name}: {before:,} papers carry the tag now, {after:,} would")
    for sign, papers in (("+", change.entering), ("-", change.leaving)):
        for paper in papers:
            note(f"{sign} {paper.paper.title}")
    note(f"picks of today: {_counted(change.entering)} enter, {_counted(change.leaving)} leave")


def _counted(papers: Sequence[CachedPaper]) -> str:
    return str(len(papers)) if papers else "none"


def _asked() -> bool:
    if not sys.stdin.isatty():
        msg = "nobody is there to ask: give --yes to save, or run it in a terminal"
        raise InputError(msg)
    return typer.confirm("save?", err=True)
