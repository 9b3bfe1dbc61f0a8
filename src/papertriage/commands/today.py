"""Show today's picks, or those of a past day."""

import sqlite3
from datetime import date
from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.cache import picks as kept
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import OutputTarget, format_of, show
from papertriage.errors import InputError
from papertriage.models import CachedPaper, Filters
from papertriage.render.terminal import note
from papertriage.triage.day.picking import pick
from papertriage.triage.teaching.interest import ranked_by

Recall = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0.01,
        max=1.0,
        help="Show enough papers to include SHARE of those you would keep: 0.9.",
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="N", min=0.1, max=1_440, help="Show as many papers as you can decide in N minutes."
    ),
]
Past = Annotated[
    str | None, typer.Option("--date", metavar="DATE", help="Show the picks of a past day.")
]

_TITLE = "papertriage: picks"
_NOTHING_NEW = (
    "no new papers to pick: run `papertriage fetch` for new papers, or `papertriage today --again`"
    " for earlier picks"
)


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = None,
    again: o.Again = False,
    trending: o.Trending = False,
    recall: Recall = None,
    minutes: Minutes = None,
    date: Past = None,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show today's picks: the best of the new papers, and why each was picked.

    Picks are ranked by topic until you have kept and skipped enough papers, then by interest. They
    stay the same all day, unless you decide on papers or fetch. Use --again for earlier picks too.
    """
    form = format_of(form, as_json=as_json, output=output)
    now = clock.now()
    day = o.past_or_today(date, today := clock.local_day(now))
    _check_size(limit, recall, minutes, ranked=day == today and not trending)
    filters = o.filters_of(
        topic=topic,
        since=since,
        until=until,
        category=category,
        source=source,
        author=author,
        decision=decision,
        limit=int(config.number("picks.limit")) if limit is None else limit,
    )
    with seeded(now) as connection:
        if day < today:
            papers = kept.picked(connection, day.isoformat(), filters)
        elif recall is not None or minutes is not None:
            papers = _planned(connection, day, filters, recall, minutes, again=again)
        else:
            papers = _warned(pick(connection, day, filters, again=again, trending=trending))
            _note_ranking(connection, form, trending=trending)
        empty = _NOTHING_NEW if day == today else f"nothing was picked on {day}"
        target = OutputTarget(form, output, force, fail_if_empty, title=_TITLE)
        show(papers, target, empty, grouped=True)


def _check_size(
    limit: int | None, recall: float | None, minutes: float | None, *, ranked: bool
) -> None:
    """Raise InputError if two options set the size, or one of them does not apply."""
    sizes = {"--limit": limit, "--recall": recall, "--minutes": minutes}
    given = [name for name, value in sizes.items() if value is not None]
    if len(given) > 1:
        msg = f"{' and '.join(given)} cannot be used together"
        raise InputError(msg)
    if not ranked and given and given[0] != "--limit":
        msg = f"{given[0]} cannot be used with --trending or --date"
        raise InputError(msg)


def _note_ranking(connection: sqlite3.Connection, form: str, *, trending: bool) -> None:
    """Say what the picks are ranked by, if they are shown as a table."""
    if form == "table" and not trending and (by := ranked_by(connection)):
        note(by)


def _planned(
    connection: sqlite3.Connection,
    day: date,
    filters: Filters,
    recall: float | None,
    minutes: float | None,
    *,
    again: bool,
) -> list[CachedPaper]:
    """Pick as many papers as --recall or --minutes requires, and say what to expect."""
    # Imported here because few runs need it.
    from papertriage.triage.day.promising import for_minutes, for_recall

    if recall is not None:
        promise = for_recall(connection, day, filters, recall, again=again)
    else:
        promise = for_minutes(connection, day, filters, minutes or 0.0, again=again)
    filters = filters._replace(limit=promise.papers)
    papers = _warned(pick(connection, day, filters, again=again, since=promise.since))
    for line in promise.lines:
        note(line)
    return papers


def _warned(picked: tuple[list[CachedPaper], str | None]) -> list[CachedPaper]:
    """Return the picks, after printing a warning if they could not be stored."""
    papers, warning = picked
    if warning:
        note(warning)
    return papers
