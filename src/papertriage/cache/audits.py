"""Record audits, and read the decisions about the papers of a period."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from papertriage.cache.connection import translating, writing
from papertriage.cache.eligible import NOT_SEEDED

_CAME = f"papers.came >= ? AND papers.came < ? AND {NOT_SEEDED.format(papers='papers')}"
# Without CROSS JOIN, SQLite reads the decisions of all times: 0.1 s for 20,000 of them.
_DECIDED = f"""
SELECT d.decision = 'keep' AS kept, a.paper IS NOT NULL AS audit FROM papers
CROSS JOIN decisions AS d ON d.paper = papers.id
LEFT JOIN audits AS a ON a.paper = papers.id
WHERE {_CAME} AND d.decision IN ('keep', 'skip')
ORDER BY d.at, d.paper
"""


class ReadingTally(NamedTuple):
    """Papers added in a period: kept or not in reading order, and how many are undecided.

    Audits are counted separately and are not part of `ranked`.
    """

    ranked: tuple[bool, ...]
    unread: int
    audits: int
    hits: int


@translating
def record_audit(connection: sqlite3.Connection, paper: str, at: str) -> None:
    """Record that a paper was drawn at random among all waiting papers (UTC).

    The draw must cover all of them: within a topic or a search it would say nothing about the rest.
    """
    with writing(connection):
        connection.execute("INSERT OR IGNORE INTO audits (paper, at) VALUES (?, ?)", (paper, at))


def was_audit(connection: sqlite3.Connection, paper: str) -> bool:
    """Return whether a paper was drawn at random."""
    row = connection.execute("SELECT 1 FROM audits WHERE paper = ?", (paper,)).fetchone()
    return row is not None


def decided_between(connection: sqlite3.Connection, since: str, end: str) -> ReadingTally:
    """Read the decisions about papers added from `since` until before `end` (UTC).

    Postponed papers count as unread.
    """
    rows = connection.execute(_DECIDED, (since, end)).fetchall()
    came = f"SELECT count(*) FROM papers WHERE {_CAME}"
    (papers,) = connection.execute(came, (since, end)).fetchone()
    audits = [bool(row["kept"]) for row in rows if row["audit"]]
    ranked = tuple(bool(row["kept"]) for row in rows if not row["audit"])
    return ReadingTally(ranked, papers - len(rows), len(audits), sum(audits))
