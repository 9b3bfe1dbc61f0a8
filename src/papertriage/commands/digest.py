"""Write or mail a digest of one or more days, or print an earlier one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import format_of
from papertriage.errors import ExitCode, InputError, NothingToShow
from papertriage.formats.digest import DIGEST_FORMATS, days, feed, verdict
from papertriage.formats.output import make_parents, write_output
from papertriage.formats.receipt import receipt_lines
from papertriage.models.digest import Digest
from papertriage.render.terminal import note
from papertriage.triage.day.coverage import FILE
from papertriage.triage.day.digesting import WEEK, DigestRequest, digest_of, written_digest

_MAIL = "email"
"""The format that previews a digest as an e-mail."""
_FORMATS = (*DIGEST_FORMATS, _MAIL)

Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Cover days from DATE on: 2026-11-20, or 2d (2 days before the last day).",
    ),
]
Weekly = Annotated[bool, typer.Option("--weekly", help="Cover the seven days up to the last day.")]
Past = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", help="The last day to cover [default: today]."),
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Print the stored digest of DATE, as it was first written."),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT", help=f"Output format: one of {', '.join(_FORMATS)}."
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, creating its directories; {date} is replaced by the last day.",
    ),
]
Resend = Annotated[
    bool,
    typer.Option("--resend", help="With --email: mail the digest even if it was mailed before."),
]
SinceLast = Annotated[
    bool,
    typer.Option(
        "--since-last", help="Cover all days since the last digest with the same destination."
    ),
]


def command(
    topic: o.Topic = None,
    since: Since = None,
    weekly: Weekly = False,
    trending: o.Trending = False,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    limit: o.Limit = None,
    again: o.Again = False,
    date: Past = None,
    as_of: AsOf = None,
    form: Format = None,
    as_json: o.Json = False,
    output: Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
    email: o.Email = None,
    resend: Resend = False,
    since_last: SinceLast = False,
) -> None:
    """Write a digest: the picks of one or more days, what else was new, and the state of the feeds.

    The receipts of the fetches go to standard error. Exit code 3 means that at least one feed was
    not complete.
    """
    email = _recipient_of(email, resend=resend)
    now = clock.now()
    form = format_of(form, as_json=as_json, output=output, default="markdown", known=_FORMATS)
    first, day = _days_of(since, date, as_of, clock.local_day(now), weekly=weekly)
    filters = o.filters_of(topic=topic, category=category, source=source, author=author)
    wanted = DigestRequest(first, day, filters, limit, again, trending)
    with seeded(now) as connection:
        if as_of is not None:
            _write_earlier(connection, wanted, form, output, force=force)
            raise typer.Exit(ExitCode.DONE)
        wanted = _caught_up(connection, wanted, email, output) if since_last else wanted
        digest, text = _made(connection, wanted, form, now, email, fail_if_empty=fail_if_empty)
        write_output([text], _destination(output, day), force=force)
        if email or since_last:
            _mail(connection, digest, email, output, resend=resend)
    _tell_of_feeds(digest)
    incomplete = any(one.failed and one.source != FILE for one in digest.feeds)
    raise typer.Exit(ExitCode.PARTLY_DONE if incomplete else ExitCode.DONE)


def _days_of(
    since: str | None, last: str | None, as_of: str | None, today: date, *, weekly: bool
) -> tuple[date, date]:
    """Return the first and the last day to cover; raises InputError.

    A --since of 2d is relative to the last day, not to today.
    """
    if as_of and last:
        msg = "--as-of and --date cannot be used together"
        raise InputError(msg)
    if weekly and since:
        msg = "--weekly and --since cannot be used together"
        raise InputError(msg)
    day = o.past_or_today(as_of or last, today, "--as-of" if as_of else "--date")
    if weekly:
        return day - timedelta(days=WEEK - 1), day
    first = clock.day_of(since, day) if since else day
    if first > day:
        msg = f"--since {first} is after the last day, {day}"
        raise InputError(msg)
    return first, day


def _destination(output: str | None, day: date) -> str | None:
    """Return the file to write, and create its directories; raises OutputError."""
    if output is None or output == "-" or "\0" in output:
        return output
    path = output.replace("{date}", day.isoformat())
    make_parents(path)
    return path


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
        msg = f"no new papers to pick for {days(digest)}"
        raise NothingToShow(msg)
    if form == _MAIL:
        text, unkept = _preview(digest, email), None
    else:
        text, unkept = written_digest(connection, digest, form, wanted, now)
    for warning in filter(None, (unkept_picks, unkept)):
        note(warning)
    return digest, text


def _write_earlier(
    connection: sqlite3.Connection,
    request: DigestRequest,
    form: str,
    output: str | None,
    *,
    force: bool,
) -> None:
    """Write an earlier digest, and say if its original text was not stored."""
    from papertriage.triage.day.archive import earlier_digest

    found = earlier_digest(connection, request, form)
    write_output([found.text], _destination(output, request.day), force=force)
    if found.note:
        note(found.note)


def _recipient_of(email: str | None, *, resend: bool) -> str | None:
    """Check --email; raises InputError."""
    if email is None:
        if resend:
            msg = "--resend requires --email ADDRESS"
            raise InputError(msg)
        return None
    from papertriage.delivery.account import address

    return address(email)


def _caught_up(
    connection: sqlite3.Connection, wanted: DigestRequest, email: str | None, output: str | None
) -> DigestRequest:
    """Return the request, extended to the days since the last digest for this destination."""
    from papertriage.triage.day import mailing

    target = _target(email, output)
    first = mailing.first_day(connection, target, wanted.words(), wanted.day)
    return replace(wanted, first=first)


def _preview(digest: Digest, email: str | None) -> str:
    """Return the digest as the mail that would be sent."""
    from papertriage.triage.day import mailing

    return mailing.preview(digest, email or config.text("mail.to") or None, clock.now)


def _mail(
    connection: sqlite3.Connection,
    digest: Digest,
    email: str | None,
    output: str | None,
    *,
    resend: bool,
) -> None:
    """Mail the digest; without --email, record the file that it was written to."""
    from papertriage.triage.day import mailing

    if email:
        note(mailing.send(connection, digest, email, resend=resend, now=clock.now))
    else:
        mailing.record_file(connection, digest, _target(None, output), clock.now)


def _target(email: str | None, output: str | None) -> str:
    if email:
        return email.lower()
    return f"file:{Path(output).absolute()}" if output and output != "-" else "file:-"


def _tell_of_feeds(digest: Digest) -> None:
    """Print the receipts of the digest's day; for several days, one line for each feed."""
    if digest.first == digest.day:
        for receipt in {r.feed: r for r in digest.receipts if r.source != FILE}.values():
            for line in receipt_lines(receipt):
                note(line)
        return
    for coverage in (one for one in digest.feeds if one.source != FILE):
        note(f"{feed(coverage)}: {verdict(coverage)}")
