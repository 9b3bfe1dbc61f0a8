"""Decide on new papers one by one."""

from __future__ import annotations

import sqlite3
import sys
import time
from random import Random
from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.connection import patience
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.errors import InputError, NothingToShow
from papertriage.render.terminal import note, on_terminal, progress
from papertriage.triage.sitting.answering import longest_wait
from papertriage.triage.sitting.beginning import Sitting, begin
from papertriage.triage.teaching.interest_learning import learn_or_explain
from papertriage.triage.teaching.training import retrain_if_due

_EMPTY = "no papers to triage: run `papertriage fetch` for new papers"
_AUDIT_OF_ALL = "--audit cannot be used with filters: it draws from all papers that wait"
_NO_TERMINAL = (
    "triage requires a terminal: use `papertriage keep` and `papertriage skip` in scripts"
)
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="N",
        min=1,
        max=1440,
        help="Catch up in N minutes: papers that you do not get to are marked as not seen.",
    ),
]
Uncertain = Annotated[
    bool,
    typer.Option("--uncertain", help="Show first the papers that the ranking learns most from."),
]
Again = Annotated[bool, typer.Option("--again", help="Include papers that are marked as not seen.")]
Audit = Annotated[
    bool,
    typer.Option(
        "--audit",
        help="Choose one paper in 10 at random, to estimate how many good papers you miss.",
    ),
]


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    limit: o.Limit = None,
    minutes: Minutes = None,
    uncertain: Uncertain = False,
    again: Again = False,
    audit: Audit = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Decide on new papers one by one: k keep, s skip, l later, u undo, ? help.

    Every answer is saved at once, and improves the order of the remaining papers.
    """
    on_terminal_alone()
    if minutes is not None and limit:
        msg = "--minutes and --limit cannot be used together"
        raise InputError(msg)
    if audit and any((topic, since, until, category, source, author)):
        raise InputError(_AUDIT_OF_ALL)
    filters = o.filters_of(
        topic=topic,
        since=since,
        until=until,
        category=category,
        source=source,
        author=author,
        limit=limit or 0,
    )
    with seeded(clock.now()) as connection:
        sitting = begin(
            connection,
            filters,
            clock.now(),
            time.monotonic,
            again=again,
            uncertain=uncertain,
            minutes=minutes,
            chance=Random() if audit else None,  # noqa: S311 - for choosing, not for secrets
        )
        if sitting is None:
            if fail_if_empty:
                raise NothingToShow(_EMPTY)
            note(_EMPTY)
        code = sit(connection, sitting) if sitting else 0
    raise typer.Exit(code)


def on_terminal_alone() -> None:
    """Raise InputError if standard input or output is not a terminal."""
    if not (on_terminal() and sys.stdin is not None and sys.stdin.isatty()):
        raise InputError(_NO_TERMINAL)


def sit(connection: sqlite3.Connection, sitting: Sitting) -> int:
    """Run the session, print what was decided, and train the topics that were labelled."""
    session, order, plan = sitting
    if plan:
        note(plan)
    # Imported here because Textual takes 190 ms of CPU.
    from papertriage.render.triaging import run

    order.start()
    try:
        # Wait only briefly for other writers while the screen is open.
        with patience(connection, longest_wait()):
            code = run(session)
    finally:
        order.stop()
    note(session.tally() or "nothing decided") if code else note(session.finish())
    if session.tally() and (message := learn_or_explain(connection, clock.now(), at_once=True)):
        note(message)
    for name in session.labelled():
        with progress(f"training {name}") as advance:
            note(retrain_if_due(connection, name, advance))
    return code
