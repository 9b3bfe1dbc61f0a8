"""Write the day's digest."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.commands import _options as o
from papertriage.commands._day import Again, Past, past_or_today
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.commands._receipts import exit_code, tell
from papertriage.errors import NothingToShow
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
    again: Again = False,
    date: Past = None,
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
    """Write the day's picks with reasons and the state of the feeds, as markdown.

    The day's receipts are printed on stderr too; exit code 3 says that a feed was not complete.
    """
    form = format_of(form, as_json=as_json, output=output, default="markdown", known=DIGEST_FORMATS)
    now = clock.now()
    today = clock.local_day(now)
    day = past_or_today(date, today)
    begun = clock.midnight(day)
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
    fresh = [r for r in digest.receipts if r.source != "file" and r.at >= clock.stamp(begun)]
    for receipt in fresh:
        tell(receipt)
    raise typer.Exit(exit_code(fresh))
