"""Read what may be picked, and keep what was picked on which day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from papertriage.cache.connection import writing
from papertriage.cache.filters import condition_of
from papertriage.cache.listing import named
from papertriage.models import CachedPaper, Filters, Pick

# Kept and skipped papers do not come back; a postponed one does on the next day. So does nothing
# that was picked on an earlier day, unless it was postponed since.
_OPEN = (
    "NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id"
    " AND (d.decision != 'later' OR d.at >= :midnight))"
)
_UNSEEN = (
    "(NOT EXISTS (SELECT 1 FROM picks AS p WHERE p.paper = papers.id AND p.day < :day)"
    " OR EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id AND d.decision = 'later'))"
)
_CANDIDATES = (
    "SELECT papers.id, tags.score, tags.merit FROM tags JOIN papers ON papers.key = tags.paper"
    " WHERE tags.tagged = 1 AND tags.topic = :topic AND {condition}"
    " ORDER BY tags.merit DESC, tags.paper LIMIT :limit"
)
_KEEP = (
    "INSERT INTO picks (paper, day, rank, score, topic, reasons) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (paper, day) DO UPDATE SET rank = excluded.rank, score = excluded.score,"
    " topic = excluded.topic, reasons = excluded.reasons"
)


class Candidate(NamedTuple):
    """A paper that may be picked, under one of its topics."""

    paper: str
    topic: str
    score: float
    merit: float


class Day(NamedTuple):
    """A reader's calendar day: its ISO date, and the UTC time at which it begins there."""

    date: str
    midnight: str


def candidates(
    connection: sqlite3.Connection, day: Day, filters: Filters, *, again: bool
) -> list[Candidate]:
    """Read the best candidates of each topic, at most filters.limit of each."""
    condition = condition_of(connection, replace(filters, topics=()))
    parts = [condition.sql, _OPEN, *([] if again else [_UNSEEN])]
    # Positional marks of the filters become named ones, for SQLite mixes the two badly.
    sql = _CANDIDATES.format(condition=" AND ".join(parts))
    names = [f"filter{n}" for n in range(len(condition.parameters))]
    for name in names:
        sql = sql.replace("?", f":{name}", 1)
    values = dict(zip(names, condition.parameters, strict=True))
    found = []
    for topic in connection.execute("SELECT key, name FROM topics ORDER BY name"):
        if filters.topics and topic["name"] not in filters.topics:
            continue
        rows = connection.execute(
            sql,
            {
                **values,
                "topic": topic["key"],
                "day": day.date,
                "midnight": day.midnight,
                "limit": filters.limit or -1,
            },
        )
        found += [Candidate(row["id"], topic["name"], row["score"], row["merit"]) for row in rows]
    return found


def handled(connection: sqlite3.Connection, day: Day) -> list[int]:
    """Read the ranks of the day's picks that were decided on the day itself."""
    return [
        row["rank"]
        for row in connection.execute(
            "SELECT picks.rank FROM picks JOIN decisions AS d ON d.paper = picks.paper"
            " WHERE picks.day = ? AND d.at >= ? ORDER BY picks.rank",
            (day.date, day.midnight),
        )
    ]


def record(
    connection: sqlite3.Connection, day: str, picks: Sequence[tuple[str, Pick]]
) -> str | None:
    """Keep the picks of a day; returns a warning where the cache cannot be written just now."""
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
        with writing(connection):
            connection.executemany(_KEEP, rows)
    except sqlite3.OperationalError as error:
        return f"these picks could not be kept ({error}): another day may show them again"
    return None


def picked(connection: sqlite3.Connection, day: str, limit: int) -> list[CachedPaper]:
    """Read the picks of a day as they were kept, best first."""
    rows = connection.execute(
        "SELECT paper, rank, score, topic, reasons FROM picks WHERE day = ?"
        " ORDER BY rank, paper LIMIT ?",
        (day, limit or -1),
    ).fetchall()
    papers = named(connection, [row["paper"] for row in rows])
    return [
        replace(
            papers[row["paper"]],
            pick=Pick(row["rank"], row["score"], row["topic"], tuple(json.loads(row["reasons"]))),
        )
        for row in rows
        if row["paper"] in papers
    ]


def waiting(connection: sqlite3.Connection, day: str, since: str) -> int:
    """Count the tagged, undecided papers that came since then and were not picked by that day."""
    row = connection.execute(
        "SELECT count(*) FROM papers WHERE came >= ?"
        " AND EXISTS (SELECT 1 FROM tags WHERE tags.paper = papers.key AND tags.tagged = 1)"
        " AND NOT EXISTS (SELECT 1 FROM picks AS p WHERE p.paper = papers.id AND p.day <= ?)"
        " AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.paper = papers.id)",
        (since, day),
    ).fetchone()
    return int(row[0])
