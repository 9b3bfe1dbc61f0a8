"""Define the options that several commands share, each once."""

from __future__ import annotations

from typing import Annotated

import typer

from papertriage import clock
from papertriage.errors import InputError
from papertriage.formats.registry import FORMATS
from papertriage.models import Filters

Names = list[str] | None

Topic = Annotated[
    Names, typer.Option("--topic", "-t", metavar="TOPIC", help="Only papers with this tag.")
]
Day = str | None
Since = Annotated[Day, typer.Option(metavar="DATE", help="From this day on: 2026-11-20, 2d, 3w.")]
Until = Annotated[Day, typer.Option(metavar="DATE", help="Up to this day.")]
Category = Annotated[
    Names,
    typer.Option("--category", "-c", metavar="NAME", help="Only this category: cs.LG, or all cs."),
]
Source = Annotated[
    Names, typer.Option("--source", metavar="NAME", help="Only papers that this source saw.")
]
Author = Annotated[
    Names, typer.Option("--author", "-a", metavar="NAME", help="Only papers by this author.")
]
Decision = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="Only papers with this decision: keep, skip, later or none."),
]
Limit = Annotated[
    int | None, typer.Option("--limit", "-n", min=0, help="At most so many papers; 0 is all.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}."),
]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, whole or not at all."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace a file that papertriage did not write.")
]
FailIfEmpty = Annotated[
    bool, typer.Option("--fail-if-empty", help="Exit with 4 when there is nothing to show.")
]
Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...",
        help="An arXiv id, URL or DOI, a row number of the last listing, or - for ids (no rows) on"
        " standard input.",
    ),
]

_DECISIONS = ("keep", "skip", "later", "none")


def filters_of(
    topic: Names,
    since: str | None,
    until: str | None,
    category: Names,
    source: Names,
    author: Names,
    decision: str | None,
    limit: int,
) -> Filters:
    """Check the shared options; several values of one option mean any of them."""
    today = clock.local_day(clock.now())
    if decision is not None and decision not in _DECISIONS:
        msg = f"--decision {decision!r} is none of {', '.join(_DECISIONS)}"
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
