"""Count what the cache holds, and tell the seeds from what came."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from papertriage.cache.file_systems import network

SEEDS = "seeds"
"""The source of the receipt of the papers that papertriage comes with, which are no news."""

SEED_PAGE = "trending-papers.txt"

# Where one file was imported a thousand times, SQLite would rather read all receipts.
NOT_SEEDED = f"""
NOT (
    {{papers}}.came IN (
        SELECT at FROM receipts INDEXED BY receipts_by_feed
        WHERE feed = '{SEED_PAGE}' AND source = '{SEEDS}'
    )
    AND EXISTS (
        SELECT 1 FROM sightings AS seeded
        WHERE seeded.paper = {{papers}}.key AND seeded.feed = '{SEED_PAGE}'
    )
)
"""
"""The condition that a paper, of the table or alias named, did not come from the seeds."""


class Storage(NamedTuple):
    """SQLite's journal mode ("wal", "delete"), and the kind of network file system, if any."""

    journal_mode: str
    network: str | None


def storage(connection: sqlite3.Connection, path: Path) -> Storage:
    """Return how writes get into the file, and on what it lies."""
    return Storage(connection.execute("PRAGMA journal_mode").fetchone()[0], network(path))


def storage_text(found: Storage) -> str:
    """Return "through a rollback journal, on a network file system (nfs4)"."""
    how = "a write-ahead log" if found.journal_mode == "wal" else "a rollback journal"
    return f"through {how}" + (
        f", on a network file system ({found.network})" if found.network else ""
    )


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of papers and decisions, and of tagged papers per topic ("tag NAME")."""
    (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
    decisions = connection.execute(
        "SELECT decision, count(*) AS n FROM decisions GROUP BY decision ORDER BY decision"
    )
    tags = connection.execute(
        """
        SELECT
            name,
            (SELECT count(*) FROM tags WHERE tags.topic = topics.key AND tagged = 1) AS n
        FROM topics
        ORDER BY name
        """
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
    """Return when the last paper came into the cache (UTC), those of the seeds left out."""
    new = NOT_SEEDED.format(papers="papers")
    last = f"SELECT came FROM papers WHERE {new} ORDER BY key DESC LIMIT 1"
    row = connection.execute(last).fetchone()
    return row["came"] if row else None
