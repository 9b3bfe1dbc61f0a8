"""Search titles, abstracts and authors."""

from typing import Annotated

import typer

from papertriage import clock
from papertriage.cache.listing import search_papers
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded

_LIMIT = 20


def command(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What to look for.")],
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
    """Search papers: words, "a phrase", title: author: topic: category:, AND OR NOT, word*.

    All words must be there. Any other punctuation is text: C++ and f-divergence are words.
    """
    form = format_of(form, as_json=as_json, output=output)
    filters = o.filters_of(
        topic, since, until, category, source, author, decision, _LIMIT if limit is None else limit
    )
    words = " ".join(query)
    with seeded(clock.now()) as connection:
        papers = search_papers(connection, words, filters)
        empty = f"no paper matches {words}"
        show(papers, form, output, force=force, empty=empty, fail_if_empty=fail_if_empty)
