"""Write an export as one file, or as one for each topic."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from papertriage.cache.listing import list_papers
from papertriage.cache.topics import topic_rows
from papertriage.commands._listing import show
from papertriage.errors import InputError, NothingToShow
from papertriage.formats.output import make_parents
from papertriage.formats.registry import FEEDS, TITLE
from papertriage.models import Filters

_TOPIC = "{topic}"
_FEED_LENGTH = 100


class Part(NamedTuple):
    """One file of an export; path None is standard output."""

    filters: Filters
    order: str
    path: str | None
    title: str
    empty: str


def parts_of(
    connection: sqlite3.Connection,
    filters: Filters,
    form: str,
    output: str | None,
    limit: int | None,
) -> list[Part]:
    """Return the files to write: one, or one for each topic where the name has {topic} in it.

    A feed file has the 100 papers that came last, unless a limit is given: an old paper that came
    today is news to its reader. Raises InputError where there is no topic.
    """
    feed = form in FEEDS
    size = limit if limit is not None else _FEED_LENGTH if feed else 0
    order = "came" if feed else "day"
    filters = filters._replace(limit=size)
    if output is None or _TOPIC not in output:
        return [Part(filters, order, output, _title(filters), "no paper passes these filters")]
    names = filters.topics or tuple(row.name for row in topic_rows(connection))
    if not names:
        msg = "no topic is followed: `papertriage topics add` one, or name a file without {topic}"
        raise InputError(msg)
    parts = []
    for name in dict.fromkeys(names):
        of_topic = filters._replace(topics=(name,))
        empty = f"no paper of {name} passes these filters"
        path = output.replace(_TOPIC, name)
        make_parents(path)
        parts.append(Part(of_topic, order, path, _title(of_topic), empty))
    return parts


def write_parts(
    connection: sqlite3.Connection,
    parts: Sequence[Part],
    form: str,
    *,
    excel_safe: bool,
    force: bool,
    fail_if_empty: bool,
) -> None:
    """Write each file of an export; raises NothingToShow, where asked to, if all are empty."""
    shown = [
        show(
            list_papers(connection, part.filters, part.order),
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


def _title(filters: Filters) -> str:
    """Return what tells a feed file from one with other filters; its id follows from it."""
    words = [*filters.topics, *filters.categories, *filters.sources, *filters.authors]
    words += ["picks"] if filters.picked else []
    words += [word for word in (filters.decision,) if word]
    return f"{TITLE}: {', '.join(words)}" if words else TITLE
