"""Show the papers that are most like one."""

from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.filters import condition_of
from papertriage.cache.listing import require_papers
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded
from papertriage.errors import InputError
from papertriage.triage.naming import id_of

_LIMIT = 20


def command(
    paper: Annotated[str, typer.Argument(metavar="ID", help="An id, an address or a row number.")],
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = _LIMIT,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show the papers that share most of a paper's telling words, most alike first."""
    # 4 ms of CPU that only a search should pay.
    from papertriage.cache.alike import MOST, alike

    form = format_of(form, as_json=as_json, output=output)
    size = _LIMIT if limit is None else limit
    if not 0 < size <= MOST:
        msg = f"--limit is from 1 to {MOST} here, not {size}: nothing further down is alike"
        raise InputError(msg)
    filters = o.filters_of(topic, since, until, category, source, author, decision, size)
    with seeded(clock.now()) as connection:
        (held,) = require_papers(connection, [id_of(paper)])
        papers = alike(connection, held.paper, condition_of(connection, filters), size)
        empty = f"no paper shares a telling word with {held.paper.id}"
        show(papers, form, output, force=force, empty=empty, fail_if_empty=fail_if_empty)
