"""Write a digest of a day or of several, or write one again."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import typer

from papertriage import clock
from papertriage.commands import _digest as d
from papertriage.commands import _mailing as m
from papertriage.commands import _options as o
from papertriage.commands._day import Again
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.commands._receipts import tell_of_feeds
from papertriage.errors import ExitCode, NothingToShow
from papertriage.formats.digest import days
from papertriage.formats.output import write_output
from papertriage.models.digest import Digest
from papertriage.render.terminal import note
from papertriage.triage.day.coverage import FILE
from papertriage.triage.day.digesting import DigestRequest, digest_of, written_digest


def command(
    topic: o.Topic = None,
    since: d.Since = None,
    weekly: d.Weekly = False,
    trending: d.Trending = False,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    limit: o.Limit = None,
    again: Again = False,
    date: d.Past = None,
    as_of: d.AsOf = None,
    form: d.Format = None,
    as_json: o.Json = False,
    output: d.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
    email: m.Email = None,
    resend: m.Resend = False,
    since_last: m.SinceLast = False,
) -> None:
    """Write the picks of a day or a week with reasons, what else was new, and the feeds' state.

    The day's receipts are printed on stderr too; exit code 3 says that a feed was not complete.
    """
    email = m.recipient_of(email, resend=resend)
    now = clock.now()
    form = format_of(form, as_json=as_json, output=output, default="markdown", known=d.FORMATS)
    first, day = d.days_of(since, date, as_of, clock.local_day(now), weekly=weekly)
    filters = o.filters_of(topic, None, None, category, source, author, None, 0)
    wanted = DigestRequest(first, day, filters, limit, again, trending)
    with seeded(now) as connection:
        if as_of is not None:
            from papertriage.commands._replaying import write_earlier

            write_earlier(connection, wanted, form, output, force=force)
            raise typer.Exit(ExitCode.DONE)
        wanted = m.caught_up(connection, wanted, email, output) if since_last else wanted
        digest, text = _made(connection, wanted, form, now, email, fail_if_empty=fail_if_empty)
        write_output([text], d.destination(output, day), force=force)
        if email or since_last:
            m.mailed(connection, digest, email, output, resend=resend)
    tell_of_feeds(digest)
    lacking = any(one.failed and one.source != FILE for one in digest.feeds)
    raise typer.Exit(ExitCode.PARTLY_DONE if lacking else ExitCode.DONE)


def _made(
    connection: sqlite3.Connection,
    wanted: DigestRequest,
    form: str,
    now: datetime,
    email: str | None,
    *,
    fail_if_empty: bool,
) -> tuple[Digest, str]:
    digest, unkept_picks = digest_of(connection, wanted, now)
    if fail_if_empty and not digest.picks:
        msg = f"nothing new to pick: {days(digest)}"
        raise NothingToShow(msg)
    if form == m.MAIL:
        text, unkept = m.text_of(form, digest, email), None
    else:
        text, unkept = written_digest(connection, digest, form, wanted, now)
    for warning in filter(None, (unkept_picks, unkept)):
        note(warning)
    return digest, text
