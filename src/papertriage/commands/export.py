"""Write papers for other tools."""

from __future__ import annotations

from papertriage import clock
from papertriage.cache.listing import listed
from papertriage.commands import _options as o
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = 0,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Write the papers that pass the filters: JSON lines, or as --format or the file says."""
    form = format_of(form, as_json=as_json, output=output, default="jsonl")
    filters = o.filters_of(topic, since, until, category, source, author, decision, limit or 0)
    with seeded(clock.now()) as connection:
        papers = listed(connection, filters)
        empty = "no paper passes these filters"
        show(papers, form, output, force=force, empty=empty, fail_if_empty=fail_if_empty)
