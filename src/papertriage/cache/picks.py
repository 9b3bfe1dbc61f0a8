"""Read the papers that can be picked, and record what was picked on which day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

from papertriage.cache.connection import patience, writing
from papertriage.cache.eligible import (
    IS_NEWS,
    NOT_LABELLED_NO,
    Condition,
    Day,
    decided_today,
    may_be_picked,
)
from papertriage.cache.filters import condition_of, every, topic_key
from papertriage.cache.listing import papers_by_id
from papertriage.cache.rows import CURRENT_MODEL, texts_of
from papertriage.cache.topics import topic_keys
from papertriage.models import CachedPaper, Filters, Pick

_CANDIDATES = f"""
SELECT papers.id, tags.score, tags.merit FROM {{tags}}
JOIN papers ON papers.key = tags.paper
WHERE tags.tagged = 1
    AND tags.topic = ?
    AND {{condition}}
    AND {NOT_LABELLED_NO.format(topic="?")}
ORDER BY tags.merit DESC, tags.paper LIMIT ?
"""
_BY_INTEREST = f"""
SELECT papers.id, i.score, i.merit FROM interests AS i
JOIN papers ON papers.key = i.paper
WHERE i.model = {CURRENT_MODEL} AND {{condition}}
ORDER BY i.merit DESC, i.paper LIMIT ?
"""
_TRENDING = """
SELECT
    papers.id, max(s.upvotes) AS upvotes,
    (SELECT max(score) FROM tags WHERE tags.paper = papers.key) AS score,
    (
        SELECT topics.name FROM tags
        JOIN topics ON topics.key = tags.topic
        WHERE tags.paper = papers.key AND tags.tagged = 1
        ORDER BY tags.score DESC LIMIT 1
    ) AS topic
FROM sightings AS s
JOIN papers ON papers.key = s.paper
WHERE s.upvotes IS NOT NULL
    AND s.day BETWEEN ? AND date(?, '+1 day')
    AND {condition}
GROUP BY papers.key
ORDER BY upvotes DESC, papers.key LIMIT ?
"""
TRENDING = "trending"
"""Stands for the topic of a trending paper without a tag."""
_PATIENCE = 1.0
# SQLite treats a negative limit as no limit.
_ALL = -1
_STORE = """
INSERT INTO picks (paper, day, rank, score, topic, reasons, at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (paper, day) DO UPDATE SET
    rank = excluded.rank, score = excluded.score, topic = excluded.topic,
    reasons = excluded.reasons, at = excluded.at
"""


class Candidate(NamedTuple):
    """A paper that may be picked, under one of its topics."""

    paper: str
    topic: str
    score: float
    merit: float


def candidates(
    connection: sqlite3.Connection,
    day: Day,
    filters: Filters,
    *,
    again: bool,
    instead: Collection[str] = (),
) -> list[Candidate]:
    """Read the best candidates of each topic, at most filters.limit of each.

    For the topics in `instead`, proposed tags are read in place of the current ones.
    """
    for topic in filters.topics:
        topic_key(connection, topic)
    condition = every(
        [
            condition_of(connection, filters._replace(topics=())),
            may_be_picked(day, again=again),
            Condition(IS_NEWS),
        ]
    )
    found = []
    for name, key in sorted({**dict.fromkeys(instead, 0), **topic_keys(connection)}.items()):
        if filters.topics and name not in filters.topics:
            continue
        proposed = name in instead
        rows = connection.execute(
            _CANDIDATES.format(
                tags="temp.proposed_tags AS tags" if proposed else "tags", condition=condition.sql
            ),
            (name if proposed else key, *condition.parameters, name, filters.limit or _ALL),
        )
        found += [Candidate(row["id"], name, row["score"], row["merit"]) for row in rows]
    return found


def by_interest(
    connection: sqlite3.Connection, day: Day, filters: Filters, *, again: bool, since: str = ""
) -> list[Candidate]:
    """Read the papers most likely to be kept, tagged or not, without a topic.

    since (UTC) leaves out papers added earlier.
    """
    condition = every(
        [
            condition_of(connection, filters),
            may_be_picked(day, again=again),
            Condition(IS_NEWS),
            *([Condition("papers.came > ?", (since,))] if since else []),
        ]
    )
    rows = connection.execute(
        _BY_INTEREST.format(condition=condition.sql),
        (*condition.parameters, filters.limit or _ALL),
    )
    return [Candidate(row["id"], "", row["score"], row["merit"]) for row in rows]


def last_picked_at(connection: sqlite3.Connection, day: str) -> str | None:
    """Return when the picks of the last day before this one were chosen (UTC)."""
    row = connection.execute("SELECT max(at) FROM picks WHERE day < ?", (day,)).fetchone()
    return row[0] if row else None


def trending(
    connection: sqlite3.Connection, day: Day, first: str, filters: Filters, *, again: bool
) -> list[Candidate]:
    """Read the papers with the most upvotes since a day, tagged or not; merit is the upvotes."""
    condition = every([condition_of(connection, filters), may_be_picked(day, again=again)])
    rows = connection.execute(
        _TRENDING.format(condition=condition.sql),
        (first, day.date, *condition.parameters, filters.limit or _ALL),
    )
    return [
        Candidate(row["id"], row["topic"] or TRENDING, row["score"] or 0.0, row["upvotes"])
        for row in rows
    ]


def decided_ranks(connection: sqlite3.Connection, day: Day) -> list[int]:
    """Return the ranks of the day's picks that were decided on the day itself."""
    decided = decided_today(day.midnight)
    rows = connection.execute(
        f"""
        SELECT picks.rank FROM picks
        CROSS JOIN decisions AS d ON d.paper = picks.paper
        WHERE picks.day = ? AND {decided.sql}
        ORDER BY picks.rank
        """,
        (day.date, *decided.parameters),
    )
    return [row["rank"] for row in rows]


def record(
    connection: sqlite3.Connection, day: str, picks: Sequence[tuple[str, Pick]], at: str
) -> str | None:
    """Store the picks of a day, chosen at a time (UTC).

    Returns a warning if the cache cannot be written.
    """
    rows = [
        (paper, day, p.rank, p.score, p.topic, json.dumps(p.reasons, ensure_ascii=False))
        for paper, p in picks
    ]
    held = connection.execute(
        "SELECT paper, day, rank, score, topic, reasons FROM picks WHERE day = ?", (day,)
    )
    if set(rows) <= {tuple(row) for row in held}:
        return None
    try:
        # Picks should be shown at once and can be chosen again: do not wait long for the lock.
        with patience(connection, _PATIENCE), writing(connection):
            connection.executemany(_STORE, [(*row, at) for row in rows])
    except sqlite3.OperationalError as error:
        return f"could not record these picks ({error}): another day may show them again"
    return None


def picked(connection: sqlite3.Connection, day: str, filters: Filters) -> list[CachedPaper]:
    """Read the stored picks of a day, best first.

    Ranks are renumbered, since papers added during the day may share one.
    """
    condition = condition_of(connection, filters)
    rows = connection.execute(
        f"""
        SELECT picks.paper, picks.score, picks.topic, picks.reasons FROM picks
        JOIN papers ON papers.id = picks.paper
        WHERE picks.day = ? AND {condition.sql}
        ORDER BY picks.rank, picks.paper LIMIT ?
        """,
        (day, *condition.parameters, filters.limit or _ALL),
    ).fetchall()
    papers = papers_by_id(connection, [row["paper"] for row in rows])
    return [
        papers[row["paper"]]._replace(
            pick=Pick(rank, row["score"], row["topic"], texts_of(row["reasons"]))
        )
        for rank, row in enumerate(rows, start=1)
    ]


def picked_between(
    connection: sqlite3.Connection, first: str, last: str, filters: Filters
) -> list[CachedPaper]:
    """Read the stored picks of several days, each paper once, as it was last picked."""
    papers: dict[str, CachedPaper] = {}
    days = connection.execute(
        "SELECT DISTINCT day FROM picks WHERE day BETWEEN ? AND ? ORDER BY day", (first, last)
    )
    for day in [row["day"] for row in days]:
        papers.update({one.paper.id: one for one in picked(connection, day, filters)})
    return list(papers.values())
