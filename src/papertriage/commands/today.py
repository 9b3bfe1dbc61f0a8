"""Show the day's picks."""

from __future__ import annotations

import sqlite3
from datetime import date as Day  # noqa: N812 - --date is a name of the command
from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.cache import picks as kept
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded
from papertriage.errors import InputError
from papertriage.models import CachedPaper, Filters
from papertriage.render.terminal import note
from papertriage.triage.picking import pick


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = None,
    again: Annotated[
        bool, typer.Option("--again", help="Let the picks of earlier days come back.")
    ] = False,
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help="Show the picks of a past day.")
    ] = None,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show the day's picks: the best of what is new, by topic, and why.

    What you keep or skip does not come back, nor do the picks of an earlier day. On the same day
    the same command shows the same picks, and more only when papers come in.
    """
    form = format_of(form, as_json=as_json, output=output)
    now = clock.now()
    size = int(config.number("picks.limit")) if limit is None else limit
    filters = o.filters_of(topic, since, until, category, source, author, decision, size)
    day = clock.day_of(date, clock.local_day(now)) if date else clock.local_day(now)
    if day > clock.local_day(now):
        msg = f"--date {day} is still to come: nothing was picked for it"
        raise InputError(msg)
    with seeded(now) as connection:
        past = day < clock.local_day(now)
        papers = _past(connection, day, filters) if past else _new(connection, day, filters, again)
        empty = f"nothing was picked on {day}" if past else _NOTHING_NEW
        show(
            papers,
            form,
            output,
            force=force,
            empty=empty,
            fail_if_empty=fail_if_empty,
            grouped=True,
        )


_NOTHING_NEW = "nothing new to pick: `papertriage fetch` brings papers, --again shows old picks"


def _past(connection: sqlite3.Connection, day: Day, filters: Filters) -> list[CachedPaper]:
    return kept.picked(connection, day.isoformat(), filters)


def _new(
    connection: sqlite3.Connection, day: Day, filters: Filters, again: bool
) -> list[CachedPaper]:
    papers, warning = pick(connection, day, filters, again=again)
    if warning:
        note(warning)
    return papers
