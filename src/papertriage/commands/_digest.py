"""Define the options of a digest: which days, which one again, and where it is written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from papertriage import clock
from papertriage.commands._day import past_or_today
from papertriage.commands._mailing import MAIL
from papertriage.errors import InputError
from papertriage.formats.digest import DIGEST_FORMATS
from papertriage.formats.output import make_parents
from papertriage.triage.day.digesting import WEEK

FORMATS = (*DIGEST_FORMATS, MAIL)
Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="Of all days from this one on: 2026-11-20, 2d before the last."
    ),
]
Weekly = Annotated[bool, typer.Option("--weekly", help="Of the seven days up to it.")]
Trending = Annotated[
    bool, typer.Option("--trending", help="Pick what has most upvotes, tagged or not.")
]
Past = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", help="The last day, where it is not today."),
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Print the digest of that day as it was written then."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}."),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, its directories made; {date} is the last day.",
    ),
]


def days_of(
    since: str | None, last: str | None, as_of: str | None, today: date, *, weekly: bool
) -> tuple[date, date]:
    """Return the first and the last day asked for; raises InputError.

    A --since of 2d is two days before the last day, whichever that is.
    """
    if as_of and last:
        msg = "--as-of and --date contradict each other: give one"
        raise InputError(msg)
    if weekly and since:
        msg = "--weekly and --since contradict each other: give one"
        raise InputError(msg)
    day = past_or_today(as_of or last, today, "--as-of" if as_of else "--date")
    if weekly:
        return day - timedelta(days=WEEK - 1), day
    first = clock.day_of(since, day) if since else day
    if first > day:
        msg = f"--since {first} is after {day}: no day lies between them"
        raise InputError(msg)
    return first, day


def destination(output: str | None, day: date) -> str | None:
    """Return the file to write, its directories made; raises OutputError."""
    if output is None or output == "-" or "\0" in output:
        return output
    path = output.replace("{date}", day.isoformat())
    make_parents(path)
    return path
