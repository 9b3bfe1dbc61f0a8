"""Show how well past days were ranked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from papertriage import clock, paths
from papertriage.cache.connection import opened
from papertriage.commands import _options as o
from papertriage.commands._output import format_of
from papertriage.errors import InputError, NothingToShow
from papertriage.formats.output import write_output
from papertriage.formats.scoreboard import SCOREBOARD_FORMATS, plain
from papertriage.ranking.scoreboard import Scoreboard
from papertriage.render.terminal import note, print_scoreboard, progress
from papertriage.triage.measuring.scoreboard import decided_days, scoreboard

_USUAL_DAYS = 60
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="Cover days from DATE on: 2026-11-20, 2d or 3w.")
]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Cover days up to and including DATE.")
]
Days = Annotated[
    int | None,
    typer.Option(
        "--days", metavar="N", min=1, max=36_500, help="Cover the last N days [default: 60]."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"Output format: one of {', '.join(SCOREBOARD_FORMATS)}.",
    ),
]


def command(
    since: Since = None,
    until: Until = None,
    days: Days = None,
    form: Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show how well papers were ranked for you on each day on which you kept or skipped any.

    Ranks the papers of a day by what was learned before that day, and for comparison by topic, by
    phrases and newest first. Today is not included.
    """
    form = format_of(form, as_json=as_json, output=output, known=SCOREBOARD_FORMATS)
    first, last = _window(since, until, days)
    with opened(paths.cache_path()) as connection:
        found = decided_days(connection, first, last)
        if not found:
            _say_empty(first, last, fail_if_empty=fail_if_empty)
        with progress("ranking past days", len(found)) as advance:
            board = scoreboard(connection, first, last, found, advance)
    _write(board, form, output, force=force)


def _window(since: str | None, until: str | None, days: int | None) -> tuple[date, date]:
    if since and days:
        msg = "--since and --days cannot be used together"
        raise InputError(msg)
    today = clock.local_day(clock.now())
    yesterday = today - timedelta(days=1)
    last = min(clock.day_of(until, today), yesterday) if until else yesterday
    if since is None:
        return last - timedelta(days=(days or _USUAL_DAYS) - 1), last
    first = clock.day_of(since, today)
    if first > last:
        msg = f"--since {first} is after {last}, the last day that is covered"
        raise InputError(msg)
    return first, last


def _say_empty(first: date, last: date, *, fail_if_empty: bool) -> None:
    msg = f"nothing was kept or skipped from {first} to {last} (today is not included)"
    if fail_if_empty:
        raise NothingToShow(msg)
    note(msg)


def _write(board: Scoreboard, form: str, output: str | None, *, force: bool) -> None:
    if form == "json":
        from papertriage.formats.scoreboard_json import scoreboard_json

        write_output([scoreboard_json(board)], output, force=force)
    elif form == "html":
        from papertriage.formats.scoreboard_html import scoreboard_html

        write_output([scoreboard_html(board)], output, force=force)
    elif output not in {None, "-"}:
        write_output(plain(board), output, force=force)
    elif board.days:
        print_scoreboard(board)
