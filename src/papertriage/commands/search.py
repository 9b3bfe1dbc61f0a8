"""Search titles, abstracts and authors."""

from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.listing import search_papers
from papertriage.commands import _options as o
from papertriage.commands._opening import seeded
from papertriage.commands._output import OutputTarget, format_of, show

_LIMIT = 20


def command(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What to search for.")],
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
    """Search titles, abstracts and authors, best match first.

    A paper must match every word. A query may also contain "a phrase", a prefix such as diffus*,
    the fields title:, author:, topic: and category:, and AND, OR and NOT. Other punctuation is
    taken literally: C++ and f-divergence are words.
    """
    form = format_of(form, as_json=as_json, output=output)
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
    words = " ".join(query)
    with seeded(clock.now()) as connection:
        target = OutputTarget(form, output, force, fail_if_empty)
        show(search_papers(connection, words, filters), target, f"no papers match {words}")
