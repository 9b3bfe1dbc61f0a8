"""Tag the whole cache again, and preview what that would change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from papertriage.cache import picks
from papertriage.cache.connection import data_version, last_key, writing
from papertriage.cache.listing import papers_by_id
from papertriage.cache.scoring import Scorers
from papertriage.cache.topics import (
    CachedText,
    forget_proposed,
    forget_topics,
    propose_tags,
    put_tags,
    tag_counts,
    texts_after,
)
from papertriage.cache.topics import topic_rows as stored_topics
from papertriage.models import CachedPaper, Filters, Paper, TopicScore
from papertriage.ranking.merit import merit
from papertriage.topics.choosing import drop_topics, join_models
from papertriage.topics.model import Model
from papertriage.triage.choosing import choose, reader_day
from papertriage.triage.teaching.followed import papers_scorer, record_followed
from papertriage.triage.teaching.interest import active_model

Advance = Callable[[int, int | None], None]
# 0.2 s of work between transactions, which hold the lock for some 20 ms.
_PAGE = 2_000
# About a month of papers, which picks come from: in a large cache they are tagged first.
_NEWEST = 20_000
_MANY = 200_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The number of papers tagged with each topic, and the ids of the day's picks."""

    tagged: Mapping[str, int]
    picks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of new tags: papers tagged before and after, and changes of today's picks."""

    topics: dict[str, tuple[int, int]]
    entering: tuple[CachedPaper, ...]
    leaving: tuple[CachedPaper, ...]


def preview(
    connection: sqlite3.Connection,
    proposed: Sequence[Model],
    day: date,
    limit: int,
    advance: Advance,
) -> Change:
    """Score the whole cache, store the proposed tags, and return what they would change."""
    score = papers_scorer(join_models(proposed))
    total, after = last_key(connection), 0
    forget_proposed(connection)
    while page := texts_after(connection, after, _PAGE):
        after = page[-1].key
        propose_tags(connection, _with_merit(_scored(page, score)))
        advance(len(page), total)
    names = [name for model in proposed for name in model.topics]
    before = standing(connection, names, day, limit)
    return compare(connection, before, standing(connection, names, day, limit, proposed=True))


def standing(
    connection: sqlite3.Connection,
    names: Sequence[str],
    day: date,
    limit: int,
    *,
    proposed: bool = False,
) -> Standing:
    """Return the tagged papers and the picks; with `proposed`, by the last preview()'s tags."""
    tagged = {name: tag_counts(connection, name)[proposed] for name in names}
    # Picks that are ranked by interest do not depend on tags.
    if active_model(connection):
        return Standing(tagged, ())
    instead = names if proposed else ()
    today, filters = reader_day(day), Filters(limit=limit)
    found = picks.candidates(connection, today, filters, again=False, instead=instead)
    return Standing(tagged, [candidate.paper for candidate in choose(found, limit)])


def compare(connection: sqlite3.Connection, before: Standing, after: Standing) -> Change:
    """Return what changed between two standings of the same topics."""
    papers = papers_by_id(connection, [*before.picks, *after.picks])
    return Change(
        {name: (number, after.tagged[name]) for name, number in before.tagged.items()},
        tuple(papers[paper] for paper in after.picks if paper not in before.picks),
        tuple(papers[paper] for paper in before.picks if paper not in after.picks),
    )


def retag(
    connection: sqlite3.Connection, advance: Advance, only: Collection[str] | None = None
) -> int:
    """Update the tags of topics with new models, and return how many topics were updated.

    Continues where the last run stopped. Topics that are no longer followed lose their tags, unless
    `only` names the topics to update. `advance` is called for papers whose tags are on disk.
    """
    models, rows = record_followed(connection, only)
    wanted = {name: model for name, _, model in rows if only is None or name in only}
    if only is None:
        forget_topics(
            connection, [row.name for row in stored_topics(connection) if row.name not in wanted]
        )
    upto = last_key(connection)
    reached = {row.name: row.tagged_to for row in stored_topics(connection)}
    behind = {name: model for name, model in wanted.items() if reached[name] < upto}
    if not behind:
        return 0
    stale = join_models(models)
    stale = drop_topics(stale, [name for name in stale.topics if name not in behind])
    score = papers_scorer(stale)
    start = min(reached[name] for name in behind)
    total = upto - start
    newest = upto - _NEWEST if total > _MANY else upto
    for first, known in ((newest, False), (start, True)):
        after: int | None = first
        while after is not None:
            after, papers = _tag_page(connection, after, score, behind, known=known)
            if known and papers:
                advance(papers, total)
    return len(behind)


def _tag_page(
    connection: sqlite3.Connection,
    after: int,
    score: Scorers,
    models: Mapping[str, str],
    *,
    known: bool,
) -> tuple[int | None, int]:
    """Tag the next papers after a key; return the last key (None at the end) and how many.

    `known` means that all papers up to that key are tagged.
    """
    writes = data_version(connection)
    page = texts_after(connection, after, _PAGE)
    if not page:
        return None, 0
    scored = _scored(page, score)
    with writing(connection):
        # If another process changed papers in the meantime, use their new texts.
        if data_version(connection) != writes:
            before = dict(scored)
            page = texts_after(connection, after, _PAGE)
            fresh = dict(_scored([text for text in page if text not in before], score))
            scored = [(text, (fresh if text in fresh else before)[text]) for text in page]
        upto = page[-1].key if page else after
        left = put_tags(connection, models, _with_merit(scored), upto if known else None)
    return (upto if left and page else None), len(page)


def _scored(
    page: Sequence[CachedText], score: Scorers
) -> list[tuple[CachedText, Sequence[TopicScore]]]:
    found = score([Paper("", text.title, text.abstract) for text in page])
    return list(zip(page, found, strict=True))


def _with_merit(
    scored: Sequence[tuple[CachedText, Sequence[TopicScore]]],
) -> list[tuple[int, float, TopicScore]]:
    return [
        (text.key, merit(found.score, text.came), found)
        for text, scores in scored
        for found in scores
    ]
