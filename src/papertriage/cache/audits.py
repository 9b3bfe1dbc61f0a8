"""Remember audits, and read what was decided about the papers of some days."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from papertriage.cache.connection import translating, writing
from papertriage.cache.eligible import NOT_SEEDED

_CAME = f"papers.came >= ? AND papers.came < ? AND {NOT_SEEDED.format(papers='papers')}"
# CROSS JOIN keeps SQLite from reading the decisions of all times, 0.1 s for 20,000 of them.
_DECIDED = f"""
SELECT d.decision = 'keep' AS kept, a.paper IS NOT NULL AS audit FROM papers
CROSS JOIN decisions AS d ON d.paper = papers.id
LEFT JOIN audits AS a ON a.paper = papers.id
WHERE {_CAME} AND d.decision IN ('keep', 'skip')
ORDER BY d.at, d.paper
"""


class ReadingTally(NamedTuple):
    """The papers that came in some time: kept or not in the order of reading, and how many wait.

    Audits, which are not among `ranked`, are counted apart.
    """

    ranked: tuple[bool, ...]
    unread: int
    audits: int
    hits: int


@translating
def record_audit(connection: sqlite3.Connection, paper: str, at: str) -> None:
    """Remember that a paper was drawn, each with the same chance, among all that waited (UTC).

    All means all: drawn within a topic or a search it would say nothing of the others.
    """
    with writing(connection):
        connection.execute("INSERT OR IGNORE INTO audits (paper, at) VALUES (?, ?)", (paper, at))


def was_audit(connection: sqlite3.Connection, paper: str) -> bool:
    """Say whether chance drew a paper."""
    row = connection.execute("SELECT 1 FROM audits WHERE paper = ?", (paper,)).fetchone()
    return row is not None


def decided_between(connection: sqlite3.Connection, since: str, end: str) -> ReadingTally:
    """Read what was decided of the papers that came from one time on and before another (UTC).

    What was postponed is unread.
    """
    rows = connection.execute(_DECIDED, (since, end)).fetchall()
    came = f"SELECT count(*) FROM papers WHERE {_CAME}"
    (papers,) = connection.execute(came, (since, end)).fetchone()
    audits = [bool(row["kept"]) for row in rows if row["audit"]]
    ranked = tuple(bool(row["kept"]) for row in rows if not row["audit"])
    return ReadingTally(ranked, papers - len(rows), len(audits), sum(audits))
