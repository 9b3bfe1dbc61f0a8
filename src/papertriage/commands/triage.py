"""Walk through what is new."""

from __future__ import annotations

import time
from random import Random

import typer

from papertriage import clock
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._sitting import (
    Again,
    Audit,
    Minutes,
    Uncertain,
    on_terminal_alone,
    sit,
)
from papertriage.errors import InputError, NothingToShow
from papertriage.render.terminal import note
from papertriage.triage.sitting.beginning import begin

_EMPTY = "nothing waits for a decision: `papertriage fetch` brings papers"


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
    """Walk through new papers one by one: k keep, s skip, l later, u undo, ? for more.

    Every answer is stored before the next paper comes, and the order learns from it.
    """
    on_terminal_alone()
    if minutes is not None and limit:
        msg = "--minutes and --limit both say how many papers: give one"
        raise InputError(msg)
    if audit and any((topic, since, until, category, source, author)):
        msg = "--audit draws among all that wait: leave the filters out"
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
            chance=Random() if audit else None,  # noqa: S311 - for choosing, not for secrets
        )
        if sitting is None:
            if fail_if_empty:
                raise NothingToShow(_EMPTY)
            note(_EMPTY)
        code = sit(connection, sitting) if sitting else 0
    raise typer.Exit(code)
