"""Read what was kept and skipped on past days, and which other papers there were."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from papertriage.cache.eligible import NOT_JUDGED, NOT_SEEDED
from papertriage.cache.packing import unpacked

# What stands now: an undone decision is none, one that was changed counts on the day of its change.
# In the order of `list`, newest first.
_JUDGED = """
SELECT
    papers.id, title, abstract, came, d.at, d.decision = 'keep' AS keep,
    (
        SELECT json_group_array(json_array(topics.name, tags.score, tags.merit))
        FROM tags
        JOIN topics ON topics.key = tags.topic
        WHERE tags.paper = papers.key AND tags.tagged = 1
    ) AS tags
FROM decisions AS d
JOIN papers ON papers.id = d.paper
WHERE d.decision IN ('keep', 'skip')
    AND d.at >= :begin
    AND d.at < :end
    AND came < :end
ORDER BY papers.day DESC, papers.key
"""
_CAME = f"""
SELECT
    count(*) AS papers,
    total({NOT_JUDGED}) AS unjudged
FROM papers
WHERE came >= ? AND came < ? AND {NOT_SEEDED.format(papers="papers")}
"""
_SHOWN = """
SELECT
    count(*) AS papers,
    total(d.decision = 'keep') AS kept,
    total(d.decision = 'skip') AS skipped
FROM (SELECT DISTINCT paper FROM picks WHERE day BETWEEN ? AND ?) AS p
LEFT JOIN decisions AS d ON d.paper = p.paper
"""


class JudgedPaper(NamedTuple):
    """A paper that was kept or skipped at a time (UTC), and its tags: (topic, score, merit)."""

    id: str
    title: str
    abstract: str | None
    came: str
    at: str
    keep: bool
    tags: tuple[tuple[str, float, float], ...]


def judged_between(connection: sqlite3.Connection, begin: str, end: str) -> list[JudgedPaper]:
    """Read the papers whose keep or skip, as it stands now, is of this time (UTC), newest first."""
    rows = connection.execute(_JUDGED, {"begin": begin, "end": end})
    return [
        JudgedPaper(
            row["id"],
            row["title"],
            unpacked(row["abstract"]),
            row["came"],
            row["at"],
            bool(row["keep"]),
            tuple((topic, score, merit) for topic, score, merit in json.loads(row["tags"])),
        )
        for row in rows
    ]


def came_between(connection: sqlite3.Connection, begin: str, end: str) -> tuple[int, int]:
    """Count the papers that came within this time (UTC), and those neither kept nor skipped."""
    row = connection.execute(_CAME, (begin, end)).fetchone()
    return row["papers"], int(row["unjudged"])


def shown_between(connection: sqlite3.Connection, first: str, last: str) -> tuple[int, int, int]:
    """Count the papers that were picked on these days, and those of them now kept and skipped."""
    row = connection.execute(_SHOWN, (first, last)).fetchone()
    return row["papers"], int(row["kept"]), int(row["skipped"])
