"""Count what the cache holds."""

from __future__ import annotations

import sqlite3


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of papers and decisions, and of tagged papers per topic ("tag NAME")."""
    (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
    decisions = connection.execute(
        "SELECT decision, count(*) AS n FROM decisions GROUP BY decision ORDER BY decision"
    )
    tags = connection.execute(
        "SELECT name, (SELECT count(*) FROM tags WHERE tags.topic = topics.key AND tagged = 1) AS n"
        " FROM topics ORDER BY name"
    )
    return {
        "papers": papers,
        **{row["decision"]: row["n"] for row in decisions},
        **{f"tag {row['name']}": row["n"] for row in tags},
    }


def first_look(connection: sqlite3.Connection, latest: str, last_day: str) -> tuple[bool, bool]:
    """Return whether the cache holds no paper, and whether times in it wait to be put right.

    latest (UTC) and last_day are the last that are plausible. One statement, and each part of it by
    an index: every command that shows papers asks it first.
    """
    row = connection.execute(_FIRST_LOOK, {"latest": latest, "last_day": last_day}).fetchone()
    return not row[0], bool(row[1])


# Of upvotes the newest day counts; what stands in ahead is given back once its time has come.
_FIRST_LOOK = """
SELECT EXISTS (SELECT 1 FROM papers LIMIT 1),
    EXISTS (SELECT 1 FROM papers WHERE came > :latest)
    OR EXISTS (SELECT 1 FROM papers WHERE day > :last_day)
    OR EXISTS (SELECT 1 FROM sightings WHERE upvotes IS NOT NULL AND day > :last_day)
    OR EXISTS (SELECT 1 FROM ahead WHERE came <= :latest AND coalesce(changed, '') <= :latest)
"""


def is_empty(connection: sqlite3.Connection) -> bool:
    """Say whether the cache holds no paper."""
    return connection.execute("SELECT 1 FROM papers LIMIT 1").fetchone() is None


def newest(connection: sqlite3.Connection) -> str | None:
    """Return when the last paper came into the cache (UTC)."""
    row = connection.execute("SELECT came FROM papers ORDER BY key DESC LIMIT 1").fetchone()
    return row["came"] if row else None
