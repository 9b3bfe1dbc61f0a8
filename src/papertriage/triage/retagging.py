"""Put new tags on the whole cache, after a look at what they would change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from papertriage.cache import picks as kept
from papertriage.cache.listing import named
from papertriage.cache.picks import Candidate
from papertriage.cache.topics import (
    accept,
    forget,
    last_key,
    propose,
    tag_counts,
    texts,
    write_topics,
)
from papertriage.cache.topics import topic_rows as held_rows
from papertriage.models import CachedPaper, Filters, Paper
from papertriage.topics.model import Model
from papertriage.triage.interest import at_hand
from papertriage.triage.picking import choose, day_named, merit
from papertriage.triage.tagger import following, scorer, topic_rows


@dataclass(frozen=True, slots=True)
class Change:
    """What new tags would do: per topic the tagged papers before and after, and today's picks."""

    topics: dict[str, tuple[int, int]]
    entering: tuple[CachedPaper, ...]
    leaving: tuple[CachedPaper, ...]


def preview(
    connection: sqlite3.Connection,
    proposed: Sequence[Model],
    day: date,
    limit: int,
    advance: Callable[[int, int | None], None],
) -> Change:
    """Score the whole cache, keep the tags aside, and say what they would change."""
    score = scorer(proposed)
    total = last_key(connection)
    for page in texts(connection):
        propose(
            connection,
            [
                (text.key, merit(found.score, text.came), found)
                for text in page
                for found in score(Paper("", text.title, text.abstract))
            ],
        )
        advance(len(page), total)
    names = [name for model in proposed for name in model.topics]
    today, filters = day_named(day), Filters(limit=limit)
    before: list[Candidate] = []
    after: list[Candidate] = []
    # Once picks are ranked by decisions, tags change none of them.
    if not at_hand(connection):
        before, after = (
            choose(kept.candidates(connection, today, filters, again=False, instead=instead), limit)
            for instead in ((), names)
        )
    was, will = {c.paper for c in before}, {c.paper for c in after}
    papers = named(connection, [c.paper for c in [*before, *after]])
    return Change(
        {name: tag_counts(connection, name) for name in names},
        tuple(papers[c.paper] for c in after if c.paper not in was),
        tuple(papers[c.paper] for c in before if c.paper not in will),
    )


def save(connection: sqlite3.Connection, proposed: Sequence[Model]) -> None:
    """Put the tags that preview() kept aside in place."""
    upto = last_key(connection)
    write_topics(connection, topic_rows(proposed))
    for model in proposed:
        for name in model.topics:
            accept(connection, name, upto)


def retag(connection: sqlite3.Connection, advance: Callable[[int, int | None], None]) -> int:
    """Bring tags of older models up to date, from where the last run stopped; returns their number.

    Topics that are followed no longer lose their tags.
    """
    models, rows = following()
    write_topics(connection, rows)
    followed = {name for name, _, _ in rows}
    held = held_rows(connection)
    forget(connection, [row.name for row in held if row.name not in followed])
    upto = last_key(connection)
    behind = {row.name for row in held if row.name in followed and row.tagged_to < upto}
    stale = [model for model in models if behind & set(model.topics)]
    if not stale:
        return 0
    score = scorer(stale)
    start = min(row.tagged_to for row in held if row.name in behind)
    for page in texts(connection, start):
        propose(
            connection,
            [
                (text.key, merit(found.score, text.came), found)
                for text in page
                for found in score(Paper("", text.title, text.abstract))
                if found.topic in behind
            ],
        )
        for name in behind:
            accept(connection, name, page[-1].key)
        advance(len(page), upto - start)
    return len(behind)
