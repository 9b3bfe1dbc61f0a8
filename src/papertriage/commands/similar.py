"""Show the papers most similar to a paper."""

from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.filters import condition_of
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import OutputTarget, format_of, show
from papertriage.errors import InputError
from papertriage.triage.naming import id_of

_LIMIT = 20


def command(
    paper: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An arXiv id, URL, DOI or row number of the last listing."
        ),
    ],
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", metavar="N", min=0, help="Show at most N papers.")
    ] = _LIMIT,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show the papers most similar to a paper, by the distinctive words they share."""
    # Imported here because it takes 4 ms of CPU.
    from papertriage.cache.alike import MOST, alike

    form = format_of(form, as_json=as_json, output=output)
    size = _LIMIT if limit is None else limit
    if not 0 < size <= MOST:
        msg = f"invalid --limit {size}: choose a number from 1 to {MOST}"
        raise InputError(msg)
    filters = o.filters_of(
        topic=topic,
        since=since,
        until=until,
        category=category,
        source=source,
        author=author,
        decision=decision,
        limit=size,
    )
    with seeded(clock.now()) as connection:
        (held,) = require_papers(connection, [id_of(paper)])
        papers = alike(connection, held.paper, condition_of(connection, filters), size)
        target = OutputTarget(form, output, force, fail_if_empty)
        show(papers, target, f"no similar papers found for {held.paper.id}")
