"""Choose picks by the options that promise something of them instead of counting them."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from papertriage.errors import InputError
from papertriage.models import CachedPaper, Filters
from papertriage.render.terminal import note
from papertriage.triage.day.picking import pick
from papertriage.triage.teaching.interest import ranked_by

if TYPE_CHECKING:
    from papertriage.triage.day.promising import ReadingPlan

Recall = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0.01,
        max=1.0,
        help="As many papers as hold this share of what you would keep: 0.9.",
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="N", min=0.1, max=1_440, help="As many papers as you decide in N minutes."
    ),
]


def check_size(
    limit: int | None, recall: float | None, minutes: float | None, *, ranked: bool
) -> None:
    """Raise InputError where two options give the size, or one promises of what is not ranked."""
    sizes = {"--limit": limit, "--recall": recall, "--minutes": minutes}
    given = [name for name, value in sizes.items() if value is not None]
    if len(given) > 1:
        msg = f"{' and '.join(given)} each say how many papers to show: give one of them"
        raise InputError(msg)
    if not ranked and given and given[0] != "--limit":
        msg = f"{given[0]} is about what you would keep today: not with --trending or --date"
        raise InputError(msg)


def promised(
    connection: sqlite3.Connection,
    day: date,
    filters: Filters,
    recall: float | None,
    minutes: float | None,
    *,
    again: bool,
) -> ReadingPlan | None:
    """Return how many papers keep the promise that is asked for; None where none is."""
    if recall is None and minutes is None:
        return None
    # Its arithmetic costs what few readers ask for.
    from papertriage.triage.day.promising import for_minutes, for_recall

    if recall is not None:
        return for_recall(connection, day, filters, recall, again=again)
    return for_minutes(connection, day, filters, minutes or 0.0, again=again)


def chosen(
    connection: sqlite3.Connection,
    day: date,
    filters: Filters,
    promise: ReadingPlan | None,
    *,
    again: bool,
    trending: bool,
    form: str,
) -> list[CachedPaper]:
    """Choose today's picks, as many as the promise takes; says what there is to say of them.

    By what they are ranked is said to the reader of a table.
    """
    since = ""
    if promise:
        filters, since = filters._replace(limit=promise.papers), promise.since
    papers, warning = pick(connection, day, filters, again=again, trending=trending, since=since)
    by = ranked_by(connection) if form == "table" and not promise and not trending else None
    for line in (warning, by, *(promise.lines if promise else ())):
        if line:
            note(line)
    return papers
