"""Show the day's picks."""

from typing import Annotated

import typer

from papertriage import clock, config
from papertriage.cache import picks as stored_picks
from papertriage.commands import _options as o
from papertriage.commands._day import Again, Past, past_or_today
from papertriage.commands._format import format_of
from papertriage.commands._listing import show
from papertriage.commands._opening import seeded
from papertriage.commands._promising import Minutes, Recall, check_size, chosen, promised

Trending = Annotated[
    bool, typer.Option("--trending", help="Pick what has most upvotes, tagged or not.")
]


def command(
    topic: o.Topic = None,
    since: o.Since = None,
    until: o.Until = None,
    category: o.Category = None,
    source: o.Source = None,
    author: o.Author = None,
    decision: o.Decision = None,
    limit: o.Limit = None,
    again: Again = False,
    trending: Trending = False,
    recall: Recall = None,
    minutes: Minutes = None,
    date: Past = None,
    form: o.Format = None,
    as_json: o.Json = False,
    output: o.Output = None,
    force: o.Force = False,
    fail_if_empty: o.FailIfEmpty = False,
) -> None:
    """Show the day's picks: the best of what is new, and why.

    They are ranked by what you keep and skip as soon as that is enough, by topics before. What you
    keep or skip does not come back, nor do the picks of an earlier day. On the same day the same
    command shows the same picks, until you decide or papers come in.
    """
    form = format_of(form, as_json=as_json, output=output)
    now = clock.now()
    today = clock.local_day(now)
    day = past_or_today(date, today)
    check_size(limit, recall, minutes, ranked=day == today and not trending)
    size = int(config.number("picks.limit")) if limit is None else limit
    filters = o.filters_of(topic, since, until, category, source, author, decision, size)
    with seeded(now) as connection:
        if day < today:
            papers = stored_picks.picked(connection, day.isoformat(), filters)
        else:
            promise = promised(connection, day, filters, recall, minutes, again=again)
            papers = chosen(
                *(connection, day, filters, promise), again=again, trending=trending, form=form
            )
        empty = _NOTHING_NEW if day == today else f"nothing was picked on {day}"
        show(
            *(papers, form, output),
            force=force,
            empty=empty,
            fail_if_empty=fail_if_empty,
            grouped=True,
            title="papertriage: picks",
        )


_NOTHING_NEW = "nothing new to pick: `papertriage fetch` brings papers, --again shows old picks"
