"""Walk through new papers."""

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

_EMPTY = "no papers to triage: `papertriage fetch` gets new papers"
_AUDIT_OF_ALL = "--audit cannot be used with filters: it draws from all waiting papers"
_NO_TERMINAL = (
    "triage requires a terminal: use `papertriage keep` and `papertriage skip` in scripts"
)
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="N",
        min=1,
        max=1440,
        help="Catch up in N minutes; mark the papers that do not fit as not seen.",
    ),
]
Uncertain = Annotated[
    bool, typer.Option("--uncertain", help="Show first the papers whose answers teach most.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Include papers that an earlier catch-up did not reach.")
]
Audit = Annotated[
    bool,
    typer.Option(
        "--audit", help="Draw one paper in 10 at random, to estimate how many good ones you miss."
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
    """Walk through new papers one by one: k keep, s skip, l later, u undo, ? help.

    Every answer is saved at once, and changes the order of the papers that follow.
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
    """Raise InputError where standard input or output is no terminal that can draw."""
    if not (on_terminal() and sys.stdin is not None and sys.stdin.isatty()):
        raise InputError(_NO_TERMINAL)


def sit(connection: sqlite3.Connection, sitting: Sitting) -> int:
    """Show the session, say what was decided, and train the topics that were labelled."""
    session, order, plan = sitting
    if plan:
        note(plan)
    # 190 ms of CPU for Textual, which no other command pays.
    from papertriage.render.triaging import run

    order.start()
    try:
        # Once its screen is closed, a session may wait for other writers as every command does.
        with patience(connection, longest_wait()):
            code = run(session)
    finally:
        order.stop()
    note(session.tally() or "nothing decided") if code else note(session.finish())
    if session.tally() and (told := learn_or_explain(connection, clock.now(), at_once=True)):
        note(told)
    for name in session.labelled():
        with progress(f"training {name}") as advance:
            note(retrain_if_due(connection, name, advance))
    return code
