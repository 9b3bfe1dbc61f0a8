"""List the papers of the cache."""

from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.listing import ORDERS, list_papers
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import OutputTarget, format_of, show
from papertriage.errors import InputError

_LIMIT = 30


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = _LIMIT,
    sort: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help=f"Sort by one of {', '.join(ORDERS)}; newest or highest first. `came` is the time"
            " at which a paper was stored.",
        ),
    ] = "day",
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """List papers, newest first."""
    form = format_of(form, as_json=as_json, output=output)
    if sort not in ORDERS:
        msg = f"invalid --sort {sort!r}: choose from {', '.join(ORDERS)}"
        raise InputError(msg)
    filters = o.filters_of(
        topic=topic,
        since=since,
        until=until,
        category=category,
        source=source,
        author=author,
        decision=decision,
        limit=_LIMIT if limit is None else limit,
    )
    with seeded(clock.now()) as connection:
        target = OutputTarget(form, output, force, fail_if_empty)
        show(list_papers(connection, filters, sort), target, "no papers match these filters")
