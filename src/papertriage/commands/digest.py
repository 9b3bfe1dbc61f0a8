"""Write the day's digest."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.errors import InputError, NothingToShow
from papertriage.formats.digest import DIGEST_FORMATS, digest_text
from papertriage.formats.output import write_output
from papertriage.render.terminal import note
from papertriage.triage.digesting import digest_of


def command(
    topic: o.Topic = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    limit: o.Limit = None,
    again: Annotated[
        bool, typer.Option("--again", help="Let the picks of earlier days come back.")
    ] = False,
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help="The digest of a past day.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help=f"One of {', '.join(DIGEST_FORMATS)}."
        ),
    ] = None,
    as_json: o.Json = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; {date} is the day."),
    ] = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Write the day's picks with reasons and the state of the feeds, as markdown."""
    form = format_of(form, as_json=as_json, output=output, default="markdown", known=DIGEST_FORMATS)
    now = clock.now()
    today = clock.local_day(now)
    day = clock.day_of(date, today) if date else today
    if day > today:
        msg = f"--date {day} is still to come: nothing was picked for it"
        raise InputError(msg)
    size = int(config.number("picks.limit")) if limit is None else limit
    filters = o.filters_of(topic, None, None, category, source, author, None, size)
    with seeded(now) as connection:
        digest, warning = digest_of(connection, day, filters, past=day < today, again=again)
        if warning:
            note(warning)
        if fail_if_empty and not digest.picks:
            msg = f"nothing new to pick on {day}"
            raise NothingToShow(msg)
        path = output.replace("{date}", day.isoformat()) if output else None
        write_output([digest_text(form, digest)], path, force=force)
