"""Show what new tags would change, ask, and put them in place."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from papertriage import clock, config, locks, paths
from papertriage.commands._tagging import tagging
from papertriage.errors import InputError
from papertriage.models import CachedPaper
from papertriage.render.terminal import note, progress
from papertriage.topics.model import Model
from papertriage.triage.teaching.retagging import Change, compare, preview, retag, standing

# Trained on 100,000 papers a topic takes a minute, and several may wait.
_PATIENCE = 300.0

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Save without asking.")]


@contextmanager
def changing() -> Iterator[None]:
    """Keep others from changing topics meanwhile: they wait, and then read what was written."""

    def waiting() -> None:
        note("another papertriage is changing topics: waiting for it to end")

    with locks.alone(paths.topics_dir(), patience=_PATIENCE, waiting=waiting):
        yield


def accepted(
    connection: sqlite3.Connection,
    proposed: Sequence[Model],
    *,
    yes: bool,
    keep: Callable[[], None],
) -> bool:
    """Preview the change, ask, and then keep the files and save the tags; --yes saves at once.

    What --yes saves is told afterwards: nobody waits for a look at it, and a run that is stopped
    has kept what it has done.
    """
    names = [name for model in proposed for name in model.topics]
    day = clock.local_day(clock.now())
    limit = int(config.number("picks.limit"))
    before = standing(connection, names, day, limit)
    if not yes:
        with progress("trying it on the cache") as advance:
            change = preview(connection, proposed, day, limit, advance)
        _tell(change, "{}: {:,} papers carry the tag now, {:,} would")
        if not _asked():
            note("nothing was saved")
            return False
    keep()
    with tagging() as advance:
        retag(connection, advance, names)
    if yes:
        after = standing(connection, names, day, limit)
        _tell(compare(connection, before, after), "{}: {:,} papers carried the tag, {:,} do now")
    return True


def _tell(change: Change, sentence: str) -> None:
    for name, (before, after) in change.topics.items():
        note(sentence.format(name, before, after))
    for sign, papers in (("+", change.entering), ("-", change.leaving)):
        for paper in papers:
            note(f"{sign} {paper.paper.title}")
    note(f"picks of today: {_counted(change.entering)} enter, {_counted(change.leaving)} leave")


def _counted(papers: Sequence[CachedPaper]) -> str:
    return str(len(papers)) if papers else "none"


def _asked() -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        msg = "nobody is there to ask: give --yes to save, or run it in a terminal"
        raise InputError(msg)
    return typer.confirm("save?", err=True)
