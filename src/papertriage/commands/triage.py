"""Walk through what is new."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from papertriage import clock
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._sitting import on_terminal_alone, sit
from papertriage.errors import InputError, NothingToShow
from papertriage.render.terminal import note
from papertriage.triage.sitting import begin

_EMPTY = "nothing waits for a decision: `papertriage fetch` brings papers"
_NO_TERMINAL = (
    "triage needs a terminal: `papertriage keep` and `papertriage skip` take ids anywhere"
)
# Longest a session waits for another writer once its screen is closed.
_WAIT_S = 30.0


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    limit: o.Limit = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=1,
            max=1440,
            help="Catch up in so many minutes; what they leave is recorded as not seen.",
        ),
    ] = None,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Ask where an answer teaches most.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Show what an earlier catch-up did not reach, too.")
    ] = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Walk through new papers one by one: k keep, s skip, l later, u undo, ? for more.

    Every answer is stored before the next paper comes, and the order learns from it.
    """
    on_terminal_alone()
    if minutes is not None and limit:
        msg = "--minutes and --limit both say how many papers: give one"
        raise InputError(msg)
    filters = o.filters_of(topic, since, until, category, source, author, None, limit or 0)
    with seeded(clock.now()) as connection:
        sitting = begin(
            connection,
            filters,
            clock.now(),
            time.monotonic,
            again=again,
            uncertain=uncertain,
            minutes=minutes,
        )
        if sitting is None:
            if fail_if_empty:
                raise NothingToShow(_EMPTY)
            note(_EMPTY)
        code = sit(connection, sitting) if sitting else 0
    raise typer.Exit(code)
