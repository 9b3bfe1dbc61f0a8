"""Define the options that several commands share, and parse their filters and days."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from papertriage import clock
from papertriage.errors import InputError
from papertriage.formats.registry import FORMATS
from papertriage.models import Filters

Names = list[str] | None

Topic = Annotated[
    Names, typer.Option("--topic", "-t", metavar="TOPIC", help="Only papers tagged with TOPIC.")
]
Day = str | None
Since = Annotated[
    Day,
    typer.Option(
        metavar="DATE", help="Only papers from DATE on: 2026-11-20, 2d (2 days ago) or 3w."
    ),
]
Until = Annotated[Day, typer.Option(metavar="DATE", help="Only papers up to and including DATE.")]
Category = Annotated[
    Names,
    typer.Option(
        "--category",
        "-c",
        metavar="NAME",
        help="Only papers in category NAME: cs.LG, or cs for all of cs.*.",
    ),
]
Source = Annotated[
    Names, typer.Option("--source", metavar="NAME", help="Only papers received from source NAME.")
]
Author = Annotated[
    Names, typer.Option("--author", "-a", metavar="NAME", help="Only papers by author NAME.")
]
Decision = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="Only papers with this decision: keep, skip, later or none."),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", metavar="N", min=0, help="Show at most N papers (0: all)."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Include papers that were picked on earlier days.")
]
Trending = Annotated[
    bool, typer.Option("--trending", help="Pick the papers with the most upvotes, tagged or not.")
]
Email = Annotated[
    str | None,
    typer.Option("--email", metavar="ADDRESS", help="Also mail the digest to ADDRESS."),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", metavar="FORMAT", help=f"Output format: one of {', '.join(FORMATS)}."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to FILE instead of standard output."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Overwrite a file that papertriage did not write.")
]
FailIfEmpty = Annotated[
    bool, typer.Option("--fail-if-empty", help="Exit with code 4 if there is nothing to show.")
]
Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...",
        help="arXiv ids, URLs, DOIs or row numbers of the last listing; - reads ids from standard"
        " input.",
    ),
]

_DECISIONS = ("keep", "skip", "later", "none")


def filters_of(
    *,
    topic: Names = None,
    since: str | None = None,
    until: str | None = None,
    category: Names = None,
    source: Names = None,
    author: Names = None,
    decision: str | None = None,
    limit: int = 0,
) -> Filters:
    """Return the filters for the shared options; several values of an option match any of them."""
    today = clock.local_day(clock.now())
    if decision is not None and decision not in _DECISIONS:
        msg = f"invalid --decision {decision!r}: choose from {', '.join(_DECISIONS)}"
        raise InputError(msg)
    return Filters(
        topics=tuple(topic or ()),
        since=clock.day_of(since, today).isoformat() if since else None,
        until=clock.day_of(until, today).isoformat() if until else None,
        categories=tuple(category or ()),
        sources=tuple(source or ()),
        authors=tuple(author or ()),
        decision=decision,
        limit=limit,
    )


def past_or_today(text: str | None, today: date, option: str = "--date") -> date:
    """Parse an option that takes a day; raises InputError for a day in the future."""
    day = clock.day_of(text, today) if text else today
    if day > today:
        msg = f"{option} {day} is in the future: it has no picks yet"
        raise InputError(msg)
    return day
