"""Write a digest of a day or of several, write one again, or verify one."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import typer

from papertriage import clock
from papertriage.commands import _digest as d
from papertriage.commands import _options as o
from papertriage.commands._day import Again
from papertriage.commands._format import format_of
from papertriage.commands._opening import seeded
from papertriage.commands._receipts import tell
from papertriage.errors import ExitCode, InputError, NothingToShow
from papertriage.formats.digest import DIGEST_FORMATS, days, feed, verdict
from papertriage.formats.output import write_output
from papertriage.models import Digest
from papertriage.render.terminal import note
from papertriage.triage.coverage import FILE
from papertriage.triage.digesting import Wanted, digest_of, kept_text


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
    verify: d.Verify = None,
    form: d.Format = None,
    as_json: o.Json = False,
    output: d.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Write the picks of a day or a week with reasons, what else was new, and the feeds' state.

    The day's receipts are printed on stderr too; exit code 3 says that a feed was not complete.
    """
    if verify is not None and as_of is not None:
        msg = "--verify and --as-of contradict each other: give one"
        raise InputError(msg)
    now = clock.now()
    form = format_of(form, as_json=as_json, output=output, default="markdown", known=DIGEST_FORMATS)
    first, day = d.days_of(since, date, as_of, clock.local_day(now), weekly=weekly)
    filters = o.filters_of(topic, None, None, category, source, author, None, 0)
    wanted = Wanted(first, day, filters, limit, again, trending)
    with seeded(now) as connection:
        if verify is not None or as_of is not None:
            from papertriage.commands import _replaying

            if verify is not None:
                raise typer.Exit(_replaying.verify(connection, verify))
            raise typer.Exit(_replaying.replay(connection, wanted, form, output, force=force))
        digest, text = _made(connection, wanted, form, now, fail_if_empty=fail_if_empty)
        write_output([text], d.destination(output, day), force=force)
    _tell_of_feeds(digest)
    lacking = any(one.failed and one.source != FILE for one in digest.feeds)
    raise typer.Exit(ExitCode.PARTLY_DONE if lacking else ExitCode.DONE)


def _tell_of_feeds(digest: Digest) -> None:
    if digest.first == digest.day:
        for receipt in {r.feed: r for r in digest.receipts if r.source != FILE}.values():
            tell(receipt)
        return
    for coverage in (one for one in digest.feeds if one.source != FILE):
        note(f"{feed(coverage)}: {verdict(coverage)}")


def _made(
    connection: sqlite3.Connection, wanted: Wanted, form: str, now: datetime, *, fail_if_empty: bool
) -> tuple[Digest, str]:
    digest, unkept_picks = digest_of(connection, wanted, now)
    if fail_if_empty and not digest.picks:
        msg = f"nothing new to pick: {days(digest)}"
        raise NothingToShow(msg)
    text, unkept = kept_text(connection, digest, form, wanted, now)
    for warning in filter(None, (unkept_picks, unkept)):
        note(warning)
    return digest, text
