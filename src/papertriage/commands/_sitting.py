"""Show a triage session, and say what came of it."""

from __future__ import annotations

import sqlite3
import sys
from typing import Annotated

import typer

from papertriage.cache.connection import patience
from papertriage.commands._learning import learn
from papertriage.errors import InputError
from papertriage.render.terminal import note, on_terminal, progress
from papertriage.triage.sitting.answering import longest_wait
from papertriage.triage.sitting.beginning import Sitting
from papertriage.triage.teaching.training import retrain_if_due

_NO_TERMINAL = (
    "triage needs a terminal: `papertriage keep` and `papertriage skip` take ids anywhere"
)
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="N",
        min=1,
        max=1440,
        help="Catch up in so many minutes; what they leave is recorded as not seen.",
    ),
]
Uncertain = Annotated[bool, typer.Option("--uncertain", help="Ask where an answer teaches most.")]
Again = Annotated[
    bool, typer.Option("--again", help="Show what an earlier catch-up did not reach, too.")
]
Audit = Annotated[
    bool, typer.Option("--audit", help="Draw one paper in 10 by chance, to bound what is missed.")
]


def on_terminal_alone() -> None:
    """Raise InputError where standard input or output is no terminal that can draw."""
    if not (on_terminal() and sys.stdin is not None and sys.stdin.isatty()):
        raise InputError(_NO_TERMINAL)


def sit(connection: sqlite3.Connection, sitting: Sitting) -> int:
    """Show the session, say what came of it, and train the topics that were labelled."""
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
    if session.tally():
        learn(connection, at_once=True)
    for name in session.labelled():
        with progress(f"training {name}") as advance:
            note(retrain_if_due(connection, name, advance))
    return code
