"""Write papers for other tools."""

from __future__ import annotations

from dataclasses import replace

from papertriage import clock
from papertriage.cache.listing import listed
from papertriage.commands import _options as o
from papertriage.commands._exporting import ExcelSafe, Limit, Output, Picked, parts_of
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded
from papertriage.errors import NothingToShow


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    picked: Picked = False,
    limit: Limit = None,
    form: o.Format = None,
    as_json: o.Json = False,
    excel_safe: ExcelSafe = False,
    output: Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Write the papers that pass the filters: JSON lines, or as --format or the file says."""
    form = format_of(form, as_json=as_json, output=output, default="jsonl")
    filters = o.filters_of(topic, since, until, category, source, author, decision, 0)
    filters = replace(filters, picked=picked)
    with seeded(clock.now()) as connection:
        parts = parts_of(connection, filters, form, output, limit)
        shown = [
            show(
                listed(connection, part.filters, part.order),
                form,
                part.path,
                force=force,
                empty=part.empty,
                fail_if_empty=fail_if_empty and len(parts) == 1,
                excel_safe=excel_safe,
                title=part.title,
            )
            for part in parts
        ]
        if fail_if_empty and not any(shown):
            msg = "no paper of any topic passes these filters"
            raise NothingToShow(msg)
