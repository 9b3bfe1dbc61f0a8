"""Read what was kept and skipped on past days, and count the other papers."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from papertriage.cache.eligible import NOT_JUDGED, NOT_SEEDED
from papertriage.cache.packing import unpacked

# Current decisions only: undone ones are left out, changed ones count on the day of the change.
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
    """A paper kept or skipped at a time (UTC), with its tags: (topic, score, merit)."""

    id: str
    title: str
    abstract: str | None
    came: str
    at: str
    keep: bool
    tags: tuple[tuple[str, float, float], ...]


def judged_between(connection: sqlite3.Connection, begin: str, end: str) -> list[JudgedPaper]:
    """Read the papers whose current keep or skip was made in this period (UTC), newest first."""
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
    """Count the papers added in this period (UTC), and those neither kept nor skipped."""
    row = connection.execute(_CAME, (begin, end)).fetchone()
    return row["papers"], int(row["unjudged"])


def shown_between(connection: sqlite3.Connection, first: str, last: str) -> tuple[int, int, int]:
    """Count the papers picked on these days, and those among them now kept and skipped."""
    row = connection.execute(_SHOWN, (first, last)).fetchone()
    return row["papers"], int(row["kept"]), int(row["skipped"])
